// Whether a header is valid on top of its parent (Yellow Paper section 4.3.4 and the EIPs at each rule): all that can be
// said without the rest of the block and without executing it. Seals are not checked: proof of work (mixHash, nonce) before
// Paris, the consensus layer after it.
//
// A rule yields what it finds, so whoever asks for the first fault pays for no more. `field` is what is at fault.
import type { Common } from '@ethereumjs/common';
import { type ForkName, isFrom } from '../block/forks.ts';
import { hexOf } from '../hex.ts';
import { blobSchedule } from '../spec/blobs.ts';
import { difficultyOf } from './difficulty.ts';
import type { BlockFaultCode, Faults } from './faults.ts';
import { ELASTICITY, nextBaseFee, nextExcessBlobGas } from './fees.ts';
import type { Header } from './header.ts';

/** keccak-256 of an empty RLP list: the hash of no ommers. */
export const NO_OMMERS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';

const MOST_EXTRA_BYTES = 32;
const LEAST_GAS_LIMIT = 5000n;
/** EIP-1985. */
const MOST_GAS_LIMIT = 2n ** 63n - 1n;
const GAS_LIMIT_DIVISOR = 1024n;
/** "dao-hard-fork", EIP-779: in the extra data of the fork's first ten blocks. */
const DAO_EXTRA_DATA = '0x64616f2d686172642d666f726b';
const DAO_BLOCKS = 10n;

/** What a header is judged by. */
export interface HeaderRules {
  fork: ForkName;
  /** Of the chain: where the DAO fork is, which blob parameters hold. */
  common: Common;
  /** Undefined: nothing is known of the parent, and what depends on it is not judged. */
  parent: Header | undefined;
}

/** A fault, if `actual` is not what is expected. */
export function* unequal(
  code: BlockFaultCode,
  field: string,
  expected: bigint | string,
  actual: bigint | string,
  reason: string,
): Faults {
  if (expected !== actual) yield { code, field, expected: String(expected), actual: String(actual), reason };
}

/** The same for a demand that is no single value. */
export function* unless(
  holds: boolean,
  code: BlockFaultCode,
  field: string,
  expected: string,
  actual: bigint | string,
  reason: string,
): Faults {
  if (!holds) yield { code, field, expected, actual: String(actual), reason };
}

/** Fields that came with forks, oldest first. */
const LATE_FIELDS: readonly (readonly [from: ForkName, field: keyof Header])[] = [
  ['london', 'baseFeePerGas'],
  ['shanghai', 'withdrawalsRoot'],
  ['cancun', 'blobGasUsed'],
  ['cancun', 'excessBlobGas'],
  ['cancun', 'parentBeaconBlockRoot'],
  ['prague', 'requestsHash'],
];

/** The header has the fields of its fork, and no others. */
function* fieldFaults(header: Header, fork: ForkName): Faults {
  for (const [first, field] of LATE_FIELDS) {
    const [has, should] = [header[field] !== undefined, isFrom(fork, first)];
    const reason = `headers have this field from ${first} on`;
    if (has !== should)
      yield {
        code: 'HEADER_FIELDS',
        field,
        expected: should ? 'present' : 'absent',
        actual: has ? 'present' : 'absent',
        reason,
      };
  }
}

function* extraDataFaults({ extraData, number }: Header, { common }: HeaderRules): Faults {
  const bytes = extraData.length;
  const most = `at most ${MOST_EXTRA_BYTES} bytes`;
  yield* unless(
    bytes <= MOST_EXTRA_BYTES,
    'WRONG_EXTRA_DATA',
    'extraData',
    most,
    `${bytes} bytes`,
    'extra data is short',
  );
  const dao = common.hardforkBlock('dao');
  if (dao === null || number < dao || number >= dao + DAO_BLOCKS) return;
  const reason = 'the first blocks of the DAO fork carry its name (EIP-779)';
  yield* unequal('WRONG_EXTRA_DATA', 'extraData', DAO_EXTRA_DATA, hexOf(extraData), reason);
}

function* gasLimitFaults({ gasLimit }: Header, { fork, parent }: HeaderRules): Faults {
  const inRange = gasLimit >= LEAST_GAS_LIMIT && gasLimit <= MOST_GAS_LIMIT;
  const range = `${LEAST_GAS_LIMIT} to 2^63 - 1`;
  yield* unless(inRange, 'WRONG_GAS_LIMIT', 'gasLimit', range, gasLimit, 'gas limits have bounds (EIP-1985)');
  if (parent === undefined) return;
  const isFirst = isFrom(fork, 'london') && parent.baseFeePerGas === undefined;
  const base = isFirst ? parent.gasLimit * ELASTICITY : parent.gasLimit;
  const most = base / GAS_LIMIT_DIVISOR - 1n;
  const isNear = gasLimit >= base - most && gasLimit <= base + most;
  const reason = "the gas limit changes by less than a 1024th of the parent's";
  yield* unless(isNear, 'WRONG_GAS_LIMIT', 'gasLimit', `${base - most} to ${base + most}`, gasLimit, reason);
}

function* parentFaults({ number, timestamp }: Header, parent: Header): Faults {
  yield* unequal('WRONG_NUMBER', 'number', parent.number + 1n, number, "a block's number is one above its parent's");
  const after = `above ${parent.timestamp}`;
  const isLater = timestamp > parent.timestamp;
  yield* unless(isLater, 'WRONG_TIMESTAMP', 'timestamp', after, timestamp, "a block's time is after its parent's");
}

/** What proof of stake leaves empty (EIP-3675). */
function* stakeFaults({ difficulty, nonce, sha3Uncles }: Header): Faults {
  yield* unequal('WRONG_DIFFICULTY', 'difficulty', 0n, difficulty, 'there is no difficulty from Paris on (EIP-3675)');
  yield* unequal('WRONG_NONCE', 'nonce', '0x0000000000000000', hexOf(nonce), 'the nonce is 0 from Paris on (EIP-3675)');
  const reason = 'there are no ommers from Paris on (EIP-3675)';
  yield* unequal('WRONG_OMMERS_HASH', 'sha3Uncles', NO_OMMERS, hexOf(sha3Uncles), reason);
}

function* workFaults({ difficulty, number, timestamp }: Header, { fork, parent }: HeaderRules): Faults {
  if (parent === undefined) return;
  const facts = { ...parent, hasOmmers: hexOf(parent.sha3Uncles) !== NO_OMMERS };
  const expected = difficultyOf(fork, number, timestamp, facts);
  yield* unequal('WRONG_DIFFICULTY', 'difficulty', expected, difficulty, 'the difficulty follows from the parent');
}

function* baseFeeFaults({ baseFeePerGas }: Header, { parent }: HeaderRules): Faults {
  if (parent === undefined || baseFeePerGas === undefined) return;
  const reason = 'the base fee follows from the parent (EIP-1559)';
  yield* unequal('WRONG_BASE_FEE', 'baseFeePerGas', nextBaseFee(parent), baseFeePerGas, reason);
}

function* blobFaults({ blobGasUsed = 0n, excessBlobGas }: Header, { common, fork, parent }: HeaderRules): Faults {
  if (excessBlobGas === undefined) return;
  const schedule = blobSchedule(common, fork);
  const most = `at most ${schedule.maxGas}`;
  const isWithin = blobGasUsed <= schedule.maxGas;
  yield* unless(isWithin, 'WRONG_BLOB_GAS_USED', 'blobGasUsed', most, blobGasUsed, 'blob gas has a limit (EIP-4844)');
  if (parent === undefined) return;
  const expected = nextExcessBlobGas(parent, schedule, isFrom(fork, 'osaka'));
  const reason = 'excess blob gas follows from the parent (EIP-4844, EIP-7918)';
  yield* unequal('WRONG_EXCESS_BLOB_GAS', 'excessBlobGas', expected, excessBlobGas, reason);
}

/** What is wrong with a header; nothing where it is valid. */
export function* headerFaults(header: Header, rules: HeaderRules): Faults {
  const { fork, parent } = rules;
  yield* fieldFaults(header, fork);
  if (parent !== undefined) yield* parentFaults(header, parent);
  yield* extraDataFaults(header, rules);
  yield* gasLimitFaults(header, rules);
  const { gasLimit, gasUsed } = header;
  const most = `at most ${gasLimit}`;
  yield* unless(gasUsed <= gasLimit, 'WRONG_GAS_USED', 'gasUsed', most, gasUsed, 'gas used is within the gas limit');
  yield* isFrom(fork, 'paris') ? stakeFaults(header) : workFaults(header, rules);
  if (isFrom(fork, 'london')) yield* baseFeeFaults(header, rules);
  if (isFrom(fork, 'cancun')) yield* blobFaults(header, rules);
}
