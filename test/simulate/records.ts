// Records of transactions that never ran: a time, and slots of one contract each that they read and write.
import type { Hex, SimulationCosts, TransactionRecord } from 'parallel-evm';

const address = (index: number): Hex => `0x${index.toString(16).padStart(40, '0')}`;
const word = (index: number): Hex => `0x${index.toString(16).padStart(64, '0')}`;

export const FEE_RECIPIENT: Hex = address(0xfee);

/** `slots`: numbers of the contract's slots that the transaction reads and writes. */
export function recordOf(
  index: number,
  us: number,
  slots: readonly number[] = [],
  contract = index,
): TransactionRecord {
  return {
    from: address(0x1000 + index),
    to: address(0x200000 + index),
    selector: '0x01020304',
    gasUsed: 50_000n,
    gasLimit: 500_000n,
    logBytes: 0,
    ms: us / 1000,
    fee: 1n,
    accounts: [],
    slots: slots.map((slot) => ({ address: address(0x100000 + contract), slot: word(slot), written: true })),
  };
}

/** Nothing costs anything but executing. */
export const FREE: SimulationCosts = {
  ...{ post: 0, end: 0, wake: 0, ring: 0, spin: 0, claim: 0, attempt: 0, write: 0, contention: 1, token: 0 },
  ...{ confirmAlone: 0, confirmKeyAlone: 0, confirm: 0, confirmKey: 0, block: 0, receipt: 0, logByte: 0, clock: 0 },
};
