// Why a block scales as it does: its dependencies, what they are about, and what more slots could bring.
import type { Hex } from '../block/types.ts';
import { badArgument } from '../errors.ts';
import { type ByteString, hexOf, parseBytes } from '../hex.ts';
import { checkObject } from '../input.ts';
import type { TransactionRecord } from '../result/record.ts';
import { type Dependency, dependenciesOf, type StateKey } from './conflicts.ts';
import { type Reason, reasonsOf } from './reasons.ts';
import { listSchedule, longestChain, makespan } from './schedule.ts';
import { knownSelectors } from './selectors.ts';

/** A value that transactions wait for. */
export interface HotKey extends StateKey {
  /** Transactions that need an earlier one because of it. */
  dependents: number;
  /** Milliseconds that those take. */
  ms: number;
}

/** A contract that the block's transactions call. */
export interface HotContract {
  /** 20 bytes. */
  address: Hex;
  /** Transactions that call it. */
  transactions: number;
  /** Milliseconds that those take. */
  ms: number;
  /** How many of them need an earlier transaction. */
  dependents: number;
  /** Functions by how often they are called: signatures where the selector is well known, else the selector. */
  functions: {
    /** Signature or selector. */
    name: string;
    /** Transactions that call it. */
    calls: number;
  }[];
}

/** A transaction in a chain of which each needs the one before. */
export interface ChainLink {
  /** Index of the transaction. */
  index: number;
  /** Milliseconds that it takes. */
  ms: number;
  /** What the transaction needs of the one before it in the chain. */
  key?: StateKey;
}

/** What a block's structure allows. Times are those of the recorded run, on one slot. */
export interface BlockExplanation {
  /** Transactions in the block. */
  transactions: number;
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Sum over all transactions. */
  ms: number;
  /** Transactions that need an earlier one. */
  dependents: number;
  /** The longest chain of transactions that each need the one before: no number of slots is faster. */
  criticalPath: {
    /** Milliseconds that they take together. */
    ms: number;
    /** In block order. */
    links: ChainLink[];
  };
  /** Against one slot, with dependencies and times known before: ceilings, not forecasts. */
  speedups: {
    /** Number of slots. */
    slots: number;
    /** 2: half the time of one slot. */
    factor: number;
  }[];
  /** Most time behind it first. */
  hotKeys: HotKey[];
  /** Most time in it first. */
  hotContracts: HotContract[];
  /** Why the block scales no better: the weightiest first. */
  reasons: Reason[];
  /** For each transaction, the earlier ones that it needs, and why. */
  dependencies: Dependency[][];
}

/** What `explainBlock` is to tell. */
export interface ExplainOptions {
  /** Address of the block's fee recipient, 20 bytes. */
  feeRecipient: ByteString;
  /** Slot counts to give speed-ups for, 1 to 1,024 each; 2, 4, 8, 16 unless given. */
  slots?: readonly number[];
  /** Entries of the lists of keys and contracts, 0 to 1,024; 10 unless given. */
  most?: number;
}

const MOST = 1024;

function checkCount(value: unknown, field: string, least: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MOST) return;
  throw badArgument(field, `${least}..${MOST}`, value);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const keyId = ({ kind, address, slot }: StateKey): string => `${kind} ${address} ${slot}`;

function hotKeysOf(costs: readonly number[], dependencies: readonly Dependency[][]): HotKey[] {
  const keys = new Map<string, HotKey>();
  dependencies.forEach((needed, index) => {
    const own = new Map(needed.map(({ key }) => [keyId(key), key]));
    for (const [id, key] of own) {
      const hot = keys.get(id) ?? { ...key, dependents: 0, ms: 0 };
      hot.dependents += 1;
      hot.ms += costs[index] as number;
      keys.set(id, hot);
    }
  });
  return [...keys.values()].sort((a, b) => b.ms - a.ms);
}

interface Called {
  contract: HotContract;
  functions: Map<string, number>;
}

function hotContractsOf(records: readonly TransactionRecord[], dependencies: readonly Dependency[][]): HotContract[] {
  const names = knownSelectors();
  const called = new Map<Hex, Called>();
  records.forEach(({ to, selector, ms }, index) => {
    if (to === undefined || selector === undefined) return;
    const empty = { address: to, transactions: 0, ms: 0, dependents: 0, functions: [] };
    const { contract, functions } = called.get(to) ?? { contract: empty, functions: new Map<string, number>() };
    contract.transactions += 1;
    contract.ms += ms;
    if ((dependencies[index] as Dependency[]).length > 0) contract.dependents += 1;
    const name = names.get(selector) ?? selector;
    functions.set(name, (functions.get(name) ?? 0) + 1);
    called.set(to, { contract, functions });
  });
  const contracts = [...called.values()].map(({ contract, functions }) => ({
    ...contract,
    functions: [...functions].map(([name, calls]) => ({ name, calls })).sort((a, b) => b.calls - a.calls),
  }));
  return contracts.sort((a, b) => b.ms - a.ms);
}

function linksOf(
  indexes: readonly number[],
  costs: readonly number[],
  dependencies: readonly Dependency[][],
): ChainLink[] {
  return indexes.map((index, i) => {
    const key = dependencies[index]?.find(({ on }) => on === indexes[i - 1])?.key;
    return { index, ms: costs[index] as number, ...(key !== undefined && { key }) };
  });
}

/**
 * Explains a block from the records of a run with `record: true`.
 * @throws {ParallelEvmError} `BAD_ARGUMENT`
 * @example
 * ```ts
 * const { records } = await engine.runBlock({ block, state, record: true });
 * const { speedups, reasons } = explainBlock(records, { feeRecipient: block.miner });
 * ```
 */
export function explainBlock(records: readonly TransactionRecord[], options: ExplainOptions): BlockExplanation {
  if (!Array.isArray(records)) throw badArgument('records', 'the records of a run with `record: true`', records);
  checkObject(options, 'options');
  const feeRecipient = hexOf(parseBytes(options.feeRecipient, 'feeRecipient', 20));
  const { slots = [2, 4, 8, 16], most = 10 } = options;
  if (!Array.isArray(slots)) throw badArgument('slots', 'an array of slot counts', slots);
  slots.forEach((count, i) => {
    checkCount(count, `slots[${i}]`, 1);
  });
  checkCount(most, 'most', 0);
  const costs = records.map(({ ms }) => ms);
  const dependencies = dependenciesOf(records, feeRecipient);
  const total = sum(costs);
  const chain = longestChain(costs, dependencies);
  const factor = (count: number): number => total / (makespan(listSchedule(costs, dependencies, count)) || 1);
  const hotKeys = hotKeysOf(costs, dependencies);
  const facts = {
    transactions: records.length,
    gasUsed: records.reduce((gas, { gasUsed }) => gas + gasUsed, 0n),
    ms: total,
    dependents: dependencies.filter((needed) => needed.length > 0).length,
    criticalPath: { ms: chain.ms, links: linksOf(chain.indexes, costs, dependencies) },
    hotKeys: hotKeys.slice(0, most),
    hotContracts: hotContractsOf(records, dependencies).slice(0, most),
  };
  return {
    ...facts,
    speedups: records.length === 0 ? [] : slots.map((count) => ({ slots: count, factor: factor(count) })),
    reasons: reasonsOf(costs, facts),
    dependencies,
  };
}
