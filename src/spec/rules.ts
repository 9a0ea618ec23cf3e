// The rules of each fork as one table: the parameters of the fork before it plus its lines. Written once per fork into a
// record in shared memory, which the kernels read.
import {
  FLAG_BEACON_ROOT,
  FLAG_BLOCK_HASHES,
  FLAG_CALL_GAS_CAP,
  FLAG_CODE_MUST_BE_PAID,
  FLAG_DESTROY_ONLY_CREATED,
  FLAG_NET_STORAGE_GAS,
  FLAG_RECEIPT_ROOTS,
  FLAG_REJECT_EF_CODE,
  FLAG_REQUESTS,
  FLAG_STATE_CLEARING,
  FLAG_WARM_COINBASE,
  SPEC_ACCESS_ADDRESS,
  SPEC_ACCESS_KEY,
  SPEC_AUTH_BASE,
  SPEC_AUTH_NEW,
  SPEC_BLOB_GAS,
  SPEC_BYTES,
  SPEC_CALL_STIPEND,
  SPEC_CALL_VALUE,
  SPEC_CODE_BYTE,
  SPEC_COLD_ACCOUNT,
  SPEC_COLD_SLOT,
  SPEC_DESTROY_NEW_ACCOUNT,
  SPEC_DESTROY_REFUND,
  SPEC_EXP_BYTE,
  SPEC_FLAGS,
  SPEC_FLOOR_TOKEN,
  SPEC_FORK,
  SPEC_INITCODE_WORD,
  SPEC_MAX_CODE,
  SPEC_MAX_INITCODE,
  SPEC_MAX_TX_BLOBS,
  SPEC_MAX_TX_GAS,
  SPEC_MAX_TX_TYPE,
  SPEC_NEW_ACCOUNT,
  SPEC_OPCODES,
  SPEC_P256,
  SPEC_PRECOMPILES,
  SPEC_REFUND_QUOTIENT,
  SPEC_SSTORE_CLEAR_REFUND,
  SPEC_SSTORE_DIRTY,
  SPEC_SSTORE_RESET,
  SPEC_SSTORE_SENTRY,
  SPEC_SSTORE_SET,
  SPEC_TX_BASE,
  SPEC_TX_CREATE,
  SPEC_TX_DATA_NONZERO,
  SPEC_TX_DATA_ZERO,
  SPEC_WARM,
} from '../../assembly/layout.ts';
import { forkIndex } from '../block/forks.ts';
import { ParallelEvmError } from '../errors.ts';
import { precompileSpec } from '../precompiles/spec.ts';
import { opcodeTable } from './opcodes.ts';

interface ForkChange {
  fork: string;
  /** Offset in the record → u32. */
  set?: Readonly<Record<number, number>>;
  /** FLAG_* that come into force, and that go. */
  flags?: number;
  drops?: number;
}

const FORKS: readonly ForkChange[] = [
  {
    fork: 'chainstart',
    set: {
      [SPEC_SSTORE_SET]: 20000,
      [SPEC_SSTORE_RESET]: 5000,
      [SPEC_SSTORE_CLEAR_REFUND]: 15000,
      [SPEC_DESTROY_REFUND]: 24000,
      [SPEC_REFUND_QUOTIENT]: 2,
      [SPEC_CODE_BYTE]: 200,
      [SPEC_EXP_BYTE]: 10,
      [SPEC_CALL_VALUE]: 9000,
      [SPEC_CALL_STIPEND]: 2300,
      [SPEC_NEW_ACCOUNT]: 25000,
      [SPEC_TX_BASE]: 21000,
      [SPEC_TX_DATA_ZERO]: 4,
      [SPEC_TX_DATA_NONZERO]: 68,
    },
    flags: FLAG_RECEIPT_ROOTS,
  },
  { fork: 'homestead', set: { [SPEC_TX_CREATE]: 32000 }, flags: FLAG_CODE_MUST_BE_PAID }, // EIP-2
  { fork: 'dao' },
  { fork: 'tangerineWhistle', set: { [SPEC_DESTROY_NEW_ACCOUNT]: 25000 }, flags: FLAG_CALL_GAS_CAP }, // EIP-150
  {
    fork: 'spuriousDragon',
    set: { [SPEC_EXP_BYTE]: 50, [SPEC_MAX_CODE]: 24576 }, // EIP-160, EIP-170
    flags: FLAG_STATE_CLEARING, // EIP-161
  },
  { fork: 'byzantium', drops: FLAG_RECEIPT_ROOTS }, // EIP-658
  { fork: 'constantinople', set: { [SPEC_SSTORE_DIRTY]: 200 }, flags: FLAG_NET_STORAGE_GAS }, // EIP-1283
  { fork: 'petersburg', set: { [SPEC_SSTORE_DIRTY]: 0 }, drops: FLAG_NET_STORAGE_GAS }, // EIP-1716
  {
    fork: 'istanbul',
    set: { [SPEC_SSTORE_DIRTY]: 800, [SPEC_SSTORE_SENTRY]: 2300, [SPEC_TX_DATA_NONZERO]: 16 }, // EIP-2200, EIP-2028
    flags: FLAG_NET_STORAGE_GAS,
  },
  { fork: 'muirGlacier' },
  {
    fork: 'berlin',
    set: {
      [SPEC_COLD_ACCOUNT]: 2600, // EIP-2929
      [SPEC_COLD_SLOT]: 2100,
      [SPEC_WARM]: 100,
      [SPEC_SSTORE_RESET]: 2900,
      [SPEC_SSTORE_DIRTY]: 100,
      [SPEC_ACCESS_ADDRESS]: 2400, // EIP-2930
      [SPEC_ACCESS_KEY]: 1900,
      [SPEC_MAX_TX_TYPE]: 1,
    },
  },
  {
    fork: 'london',
    set: {
      [SPEC_SSTORE_CLEAR_REFUND]: 4800, // EIP-3529
      [SPEC_DESTROY_REFUND]: 0,
      [SPEC_REFUND_QUOTIENT]: 5,
      [SPEC_MAX_TX_TYPE]: 2, // EIP-1559
    },
    flags: FLAG_REJECT_EF_CODE, // EIP-3541
  },
  { fork: 'arrowGlacier' },
  { fork: 'grayGlacier' },
  { fork: 'paris' },
  {
    fork: 'shanghai',
    set: { [SPEC_MAX_INITCODE]: 49152, [SPEC_INITCODE_WORD]: 2 }, // EIP-3860
    flags: FLAG_WARM_COINBASE, // EIP-3651
  },
  {
    fork: 'cancun',
    set: { [SPEC_MAX_TX_TYPE]: 3, [SPEC_BLOB_GAS]: 131072 }, // EIP-4844
    flags: FLAG_DESTROY_ONLY_CREATED | FLAG_BEACON_ROOT, // EIP-6780, EIP-4788
  },
  {
    fork: 'prague',
    set: {
      [SPEC_MAX_TX_TYPE]: 4, // EIP-7702
      [SPEC_AUTH_NEW]: 25000,
      [SPEC_AUTH_BASE]: 12500,
      [SPEC_FLOOR_TOKEN]: 10, // EIP-7623
    },
    flags: FLAG_BLOCK_HASHES | FLAG_REQUESTS, // EIP-2935, EIP-7685
  },
  { fork: 'osaka', set: { [SPEC_MAX_TX_GAS]: 2 ** 24, [SPEC_MAX_TX_BLOBS]: 6 } }, // EIP-7825, EIP-7594
  { fork: 'bpo1' },
  { fork: 'bpo2' },
  { fork: 'bpo3' },
  { fork: 'bpo4' },
  { fork: 'bpo5' },
];

/** The forks up to and with `hardfork`, oldest first. */
function lineage(hardfork: string): readonly ForkChange[] {
  const last = FORKS.findIndex(({ fork }) => fork === hardfork);
  if (last >= 0) return FORKS.slice(0, last + 1);
  const facts = { field: 'hardfork', value: hardfork };
  throw new ParallelEvmError('UNSUPPORTED_CHAIN', `no rules for fork "${hardfork}"`, facts);
}

/**
 * The record of a fork's rules (SPEC_BYTES bytes), little-endian as the kernels read it.
 * @throws {ParallelEvmError} `UNSUPPORTED_CHAIN` for a fork that the table does not hold
 */
export function forkRecord(hardfork: string): Uint8Array {
  const forks = lineage(hardfork);
  const record = new Uint8Array(SPEC_BYTES);
  const view = new DataView(record.buffer);
  opcodeTable(forks.map(({ fork }) => fork)).forEach((entry, op) => {
    view.setBigUint64(SPEC_OPCODES + 8 * op, entry, true);
  });
  const put = (fields: Readonly<Record<number, number>> = {}): void => {
    for (const [offset, value] of Object.entries(fields)) view.setUint32(Number(offset), value, true);
  };
  let flags = 0;
  for (const change of forks) {
    put(change.set);
    flags = (flags | (change.flags ?? 0)) & ~(change.drops ?? 0);
  }
  const { active, fields } = precompileSpec(hardfork);
  put(fields);
  const low = active.filter((address) => address < 32).reduce((mask, address) => mask | (1 << address), 0);
  put({ [SPEC_FORK]: forkIndex(hardfork) });
  put({ [SPEC_FLAGS]: flags, [SPEC_PRECOMPILES]: low >>> 0, [SPEC_P256]: active.includes(0x100) ? 1 : 0 });
  return record;
}
