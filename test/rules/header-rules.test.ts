// What a header must have after its parent, against @ethereumjs/block and the EIPs' own numbers.
import { createBlockHeader } from '@ethereumjs/block';
import { Common, createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { describe, expect, it } from 'vitest';
import type { ForkName } from '../../src/block/forks.ts';
import { difficultyOf } from '../../src/rules/difficulty.ts';
import type { BlockFault } from '../../src/rules/faults.ts';
import { nextBaseFee, nextExcessBlobGas } from '../../src/rules/fees.ts';
import { type Header, readHeader } from '../../src/rules/header.ts';
import { headerFaults } from '../../src/rules/header-rules.ts';
import { blobSchedule } from '../../src/spec/blobs.ts';
import { BLOCKS, partsOf } from '../chain/export.ts';

const SEED = Number(process.env['SEED'] ?? 7934);

/** mulberry32: below(n) is 0..n-1. */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** Without London, where @ethereumjs/common leaves EIP-3554 out. */
const WORK_FORKS: ForkName[] = [
  ...(['homestead', 'tangerineWhistle', 'byzantium', 'constantinople', 'istanbul', 'muirGlacier'] as const),
  ...(['berlin', 'arrowGlacier', 'grayGlacier'] as const),
];
const OMMERS = `0x${'ab'.repeat(32)}` as const;

/** A chain on which `fork` holds from the start. */
function commonOf(fork: ForkName): Common {
  const names = Mainnet.hardforks.map(({ name }) => name);
  const hardforks = names.slice(0, names.indexOf(fork) + 1).map((name) => ({ name, block: 0 }));
  return createCustomCommon({ name: 'custom', chainId: 1, hardforks }, Mainnet, { hardfork: fork });
}

describe('difficulty', () => {
  it.each(WORK_FORKS)('is what @ethereumjs/block says under %s', (fork) => {
    const below = seeded(SEED);
    const common = commonOf(fork);
    const options = { common, skipConsensusFormatValidation: true };
    for (let i = 0; i < 200; i++) {
      const number = BigInt(1 + below(2 ** below(25)));
      const [difficulty, timestamp] = [BigInt(131_072 + below(2 ** 30)), BigInt(1 + below(2 ** 31))];
      const hasOmmers = below(2) === 1;
      const parentData = { number: number - 1n, difficulty, timestamp, ...(hasOmmers && { uncleHash: OMMERS }) };
      const parent = createBlockHeader(parentData, options);
      const later = timestamp + BigInt(1 + below(below(2) === 1 ? 30 : 2000));
      const header = createBlockHeader({ number, timestamp: later }, { ...options, calcDifficultyFromHeader: parent });
      expect(difficultyOf(fork, number, later, { difficulty, timestamp, hasOmmers })).toBe(header.difficulty);
    }
  });

  it('goes up before 13 seconds have passed in Frontier, and never below its least value', () => {
    const parent = { difficulty: 2_048_000n, timestamp: 100n, hasOmmers: false };
    expect(difficultyOf('chainstart', 5n, 112n, parent)).toBe(2_049_000n);
    expect(difficultyOf('chainstart', 5n, 113n, parent)).toBe(2_047_000n);
    expect(difficultyOf('chainstart', 200_000n, 113n, parent)).toBe(2_047_001n);
    expect(difficultyOf('chainstart', 5n, 113n, { ...parent, difficulty: 131_072n })).toBe(131_072n);
  });
});

describe('the bomb', () => {
  it.each([
    ['homestead', 0n],
    ['byzantium', 3_000_000n],
    ['constantinople', 5_000_000n],
    ['berlin', 9_000_000n],
    ['london', 9_700_000n],
    ['arrowGlacier', 10_700_000n],
    ['grayGlacier', 11_400_000n],
  ] as const)('of %s is put off by %i blocks', (fork, delay) => {
    // Ten seconds after the parent nothing else changes the difficulty.
    const parent = { difficulty: 10n ** 9n, timestamp: 100n, hasOmmers: false };
    const bomb = (number: bigint): bigint => difficultyOf(fork, number, 110n, parent) - parent.difficulty;
    expect([bomb(delay + 199_999n), bomb(delay + 200_000n), bomb(delay + 1_200_000n)]).toEqual([0n, 1n, 1024n]);
  });
});

const header = (number: number): Header =>
  readHeader(RLP.encode(partsOf(BLOCKS[number - 1] as Uint8Array)[0]), 'header');

describe('base fee', () => {
  it('is what @ethereumjs/block says', () => {
    const below = seeded(SEED);
    const common = commonOf('london');
    for (let i = 0; i < 500; i++) {
      const gasLimit = BigInt(5000 + below(2 ** 26));
      const gasUsed = BigInt(below(Number(gasLimit) + 1));
      const baseFeePerGas = BigInt(below(2 ** below(40)));
      const parent = { ...header(30), gasLimit, gasUsed, baseFeePerGas };
      const theirs = createBlockHeader({ number: 5n, gasLimit, gasUsed, baseFeePerGas }, { common });
      expect(nextBaseFee(parent)).toBe(theirs.calcNextBaseFee());
    }
  });

  it('is one gwei in the first block that has one', () => {
    expect(nextBaseFee(header(26))).toBe(10n ** 9n);
  });
});

describe('excess blob gas', () => {
  const common = new Common({ chain: Mainnet });
  const parent = header(54);
  const blob = 131_072n;

  it('is what is above the target (EIP-4844)', () => {
    const schedule = blobSchedule(common, 'cancun');
    const next = (excess: bigint, used: bigint): bigint =>
      nextExcessBlobGas({ ...parent, excessBlobGas: excess * blob, blobGasUsed: used * blob }, schedule, false);
    expect(next(0n, 2n)).toBe(0n);
    expect(next(1n, 2n)).toBe(0n);
    expect(next(1n, 3n)).toBe(blob);
    expect(next(10n, 0n)).toBe(7n * blob);
  });

  it('grows by a third of what is used where blobs are cheap beside execution (EIP-7918)', () => {
    const schedule = blobSchedule(common, 'osaka');
    const next = (baseFeePerGas: bigint): bigint =>
      nextExcessBlobGas({ ...parent, baseFeePerGas, excessBlobGas: 9n * blob, blobGasUsed: 6n * blob }, schedule, true);
    // One wei of blob fee is worth 16 wei of base fee: 131072 × 1 against 8192 × 16.
    expect(next(16n)).toBe(9n * blob);
    expect(next(17n)).toBe(9n * blob + 2n * blob);
  });

  it('counts none of a parent from before Cancun', () => {
    expect(nextExcessBlobGas(header(41), blobSchedule(common, 'cancun'), false)).toBe(0n);
  });
});

describe('a header', () => {
  const rulesAt = (fork: ForkName, parent: Header | undefined) => ({ fork, common: commonOf('homestead'), parent });
  const faultsOf = (changed: Partial<Header>, fork: ForkName, parent: Header | undefined): BlockFault[] => [
    ...headerFaults({ ...header(30), ...changed }, rulesAt(fork, parent)),
  ];

  it('has no fault on top of its parent', () => {
    expect(faultsOf({}, 'arrowGlacier', header(29))).toEqual([]);
  });

  it('is judged by itself where its parent is not known', () => {
    const wrong = { number: 99n, timestamp: 0n, difficulty: 1n, baseFeePerGas: 1n, gasUsed: 2n ** 60n };
    expect(faultsOf(wrong, 'arrowGlacier', undefined).map(({ field }) => field)).toEqual(['gasUsed']);
  });

  it('may double its gas limit in the first block of London, and change it by less than a 1024th beside', () => {
    const parent = { ...header(26), gasLimit: 10_240_000n };
    const first = { ...header(27), number: 27n };
    const gasLimitFaults = (gasLimit: bigint): string[] =>
      [...headerFaults({ ...first, gasLimit }, rulesAt('london', parent))].map(({ must }) => must);
    expect(gasLimitFaults(20_480_000n + 19_999n)).toEqual([]);
    expect(gasLimitFaults(20_480_000n - 19_999n)).toEqual([]);
    expect(gasLimitFaults(20_480_000n + 20_000n)).toEqual(['20460001 to 20499999']);
    expect(gasLimitFaults(10_240_000n)).toEqual(['20460001 to 20499999']);
  });

  it('carries the name of the DAO fork in its first ten blocks', () => {
    const hardforks = [
      { name: 'chainstart', block: 0 },
      { name: 'homestead', block: 0 },
      { name: 'dao', block: 5 },
    ];
    const common = createCustomCommon({ name: 'custom', chainId: 1, hardforks }, Mainnet);
    const { baseFeePerGas: _, ...early } = header(2);
    const name = new TextEncoder().encode('dao-hard-fork');
    const codes = (number: bigint, extraData: Uint8Array): string[] => {
      const rules = { fork: 'dao' as const, common, parent: undefined };
      return [...headerFaults({ ...early, number, extraData }, rules)].map(({ code }) => code);
    };
    for (const number of [5n, 14n]) {
      expect(codes(number, name)).toEqual([]);
      expect(codes(number, new Uint8Array(0))).toEqual(['WRONG_EXTRA_DATA']);
    }
    for (const number of [4n, 15n]) expect(codes(number, new Uint8Array(0))).toEqual([]);
  });
});
