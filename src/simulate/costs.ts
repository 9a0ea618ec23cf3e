// What coordination takes, beside the transactions' own time: measured where the simulation is to hold (calibrate.ts).
import { badArgument } from '../errors.ts';
import { checkObject } from '../input.ts';

/** Microseconds, but for `contention`. */
export interface SimulationCosts {
  /** From posting a job until the first slot is in it. */
  post: number;
  /** From the end of a job until the caller goes on. */
  end: number;
  /** Until a slot goes on that slept. */
  wake: number;
  /** What waking takes of the one who does it. */
  ring: number;
  /** How long a slot looks for work before it sleeps. */
  spin: number;
  /** Claiming a transaction, with what else lies between two attempts of a slot. */
  claim: number;
  /** What an attempt ahead of its turn takes beyond the recorded time. */
  attempt: number;
  /** As `attempt`, for each value that it writes. */
  write: number;
  /** By how much slots that run at the same time slow each other down: 1 is not at all. */
  contention: number;
  /** Taking and giving back the token. */
  token: number;
  /** Confirming a transaction, where one slot does everything. */
  confirmAlone: number;
  /** As `confirmAlone`, for each account and slot that it met. */
  confirmKeyAlone: number;
  /** Confirming a transaction, with several slots. */
  confirm: number;
  /** As `confirm`, for each account and slot that it met. */
  confirmKey: number;
  /** The block's beginning and end. */
  block: number;
  /** A receipt's part of the receipts root. */
  receipt: number;
  /** As `receipt`, for each byte of its logs (`logBytes`). */
  logByte: number;
  /** What reading the clock adds to a recorded time. */
  clock: number;
}

export const COST_NAMES: readonly (keyof SimulationCosts)[] = [
  ...(['post', 'end', 'wake', 'ring', 'spin', 'claim', 'attempt', 'write', 'contention', 'token'] as const),
  ...(['confirmAlone', 'confirmKeyAlone', 'confirm', 'confirmKey', 'block', 'receipt', 'logByte', 'clock'] as const),
];

/** @throws {ParallelEvmError} `BAD_ARGUMENT` naming the cost */
export function checkCosts(costs: unknown): SimulationCosts {
  checkObject(costs, 'costs');
  for (const name of COST_NAMES) {
    const value = (costs as Record<string, unknown>)[name];
    const least = name === 'contention' ? 1 : 0;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least)
      throw badArgument(`costs.${name}`, `a number of at least ${least}`, value);
  }
  return costs as SimulationCosts;
}

/** Hashing one receipt. */
export const receiptUs = ({ logBytes }: { logBytes: number }, { receipt, logByte }: SimulationCosts): number =>
  receipt + logByte * logBytes;
