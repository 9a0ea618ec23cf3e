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
import { type Faults, fieldRule, RULES, unequal, unless, unlessThere } from './faults.ts';
import { ELASTICITY, nextBaseFee, nextExcessBlobGas } from './fees.ts';
import type { Header } from './header.ts';

/** keccak-256 of an empty RLP list: the hash of no ommers. */
export const NO_OMMERS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';

const NO_NONCE = '0x0000000000000000';
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
  for (const [first, field] of LATE_FIELDS)
    yield* unlessThere(isFrom(fork, first), header[field] !== undefined, fieldRule(field, first));
}

function* parentFaults({ number, timestamp }: Header, parent: Header): Faults {
  yield* unequal(RULES.number, parent.number + 1n, number);
  yield* unless(timestamp > parent.timestamp, RULES.timestamp, `above ${parent.timestamp}`, timestamp);
}

function* extraDataFaults({ extraData, number }: Header, { common }: HeaderRules): Faults {
  const { length } = extraData;
  yield* unless(length <= MOST_EXTRA_BYTES, RULES.extraBytes, `at most ${MOST_EXTRA_BYTES} bytes`, `${length} bytes`);
  const dao = common.hardforkBlock('dao');
  if (dao === null || number < dao || number >= dao + DAO_BLOCKS) return;
  yield* unequal(RULES.daoExtraData, DAO_EXTRA_DATA, hexOf(extraData));
}

function* gasLimitFaults({ gasLimit }: Header, { fork, parent }: HeaderRules): Faults {
  const isInRange = gasLimit >= LEAST_GAS_LIMIT && gasLimit <= MOST_GAS_LIMIT;
  yield* unless(isInRange, RULES.gasLimitRange, `${LEAST_GAS_LIMIT} to 2^63 - 1`, gasLimit);
  if (parent === undefined) return;
  const isFirst = isFrom(fork, 'london') && parent.baseFeePerGas === undefined;
  const base = isFirst ? parent.gasLimit * ELASTICITY : parent.gasLimit;
  const most = base / GAS_LIMIT_DIVISOR - 1n;
  const isNear = gasLimit >= base - most && gasLimit <= base + most;
  yield* unless(isNear, RULES.gasLimitChange, `${base - most} to ${base + most}`, gasLimit);
}

function* gasUsedFaults({ gasLimit, gasUsed }: Header): Faults {
  yield* unless(gasUsed <= gasLimit, RULES.gasUsedRange, `at most ${gasLimit}`, gasUsed);
}

/** What proof of stake leaves empty (EIP-3675). */
function* stakeFaults({ difficulty, nonce, sha3Uncles }: Header): Faults {
  yield* unequal(RULES.noDifficulty, 0n, difficulty);
  yield* unequal(RULES.noNonce, NO_NONCE, hexOf(nonce));
  yield* unequal(RULES.noOmmers, NO_OMMERS, hexOf(sha3Uncles));
}

function* workFaults({ difficulty, number, timestamp }: Header, { fork, parent }: HeaderRules): Faults {
  if (parent === undefined) return;
  const facts = { ...parent, hasOmmers: hexOf(parent.sha3Uncles) !== NO_OMMERS };
  yield* unequal(RULES.difficulty, difficultyOf(fork, number, timestamp, facts), difficulty);
}

function* baseFeeFaults({ baseFeePerGas }: Header, { parent }: HeaderRules): Faults {
  if (parent === undefined || baseFeePerGas === undefined) return;
  yield* unequal(RULES.baseFee, nextBaseFee(parent), baseFeePerGas);
}

function* blobFaults({ blobGasUsed = 0n, excessBlobGas }: Header, { common, fork, parent }: HeaderRules): Faults {
  const schedule = blobSchedule(common, fork);
  const { maxGas } = schedule;
  yield* unless(blobGasUsed <= maxGas, RULES.blobGasRange, `at most ${maxGas}`, blobGasUsed);
  if (parent === undefined || excessBlobGas === undefined) return;
  yield* unequal(RULES.excessBlobGas, nextExcessBlobGas(parent, schedule, isFrom(fork, 'osaka')), excessBlobGas);
}

/** What is wrong with a header; nothing where it is valid. */
export function* headerFaults(header: Header, rules: HeaderRules): Faults {
  const { fork, parent } = rules;
  if (parent !== undefined) yield* parentFaults(header, parent); // first: number and time tell the fork
  yield* fieldFaults(header, fork);
  yield* extraDataFaults(header, rules);
  yield* gasLimitFaults(header, rules);
  yield* gasUsedFaults(header);
  yield* isFrom(fork, 'paris') ? stakeFaults(header) : workFaults(header, rules);
  if (isFrom(fork, 'london')) yield* baseFeeFaults(header, rules);
  if (isFrom(fork, 'cancun')) yield* blobFaults(header, rules);
}
