// The precompiles as the interpreter calls them: WebAssembly kernels over the host's libraries, against a second
// implementation (ethereumjs over noble, node:crypto) and against the laws of the EIPs.
import { createHash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { beforeAll, describe, expect, test } from 'vitest';
import * as layout from '../assembly/layout.ts';
import { loadPrecompiles } from '../src/precompiles/host.ts';
import { compileMcl } from '../src/precompiles/mcl-module.ts';
import { precompileSpec } from '../src/precompiles/spec.ts';
import * as made from './precompiles/inputs.ts';
import { createMachine, type Machine } from './precompiles/machine.ts';
import { activeInOracle, createOracle, type Oracle } from './precompiles/oracle.ts';
import { join, type Random, random, SEED, spoil, word } from './precompiles/seeded.ts';

const FORKS = ['byzantium', 'istanbul', 'berlin', 'cancun', 'prague', 'osaka'];
/** Rounds per precompile; noble takes milliseconds for each. */
const ROUNDS: Record<number, number> = { [layout.PC_MODEXP]: 150, [layout.PC_BLAKE2F]: 100, [layout.PC_KZG]: 12 };

/** Valid signatures give a whole word: no signature is no failure but an empty output. */
const LEAST: Record<number, number> = { [layout.PC_ECRECOVER]: 32, [layout.PC_P256]: 32 };

let machine: Machine;
let oracle: Oracle;

beforeAll(async () => {
  machine = await createMachine(await loadPrecompiles(await compileMcl()));
  oracle = await createOracle('osaka');
});

const show = (bytes?: Uint8Array): string => (bytes ? Buffer.from(bytes).toString('hex') : 'failure');
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const run = (id: number, input: Uint8Array, fork = 'osaka'): string => show(machine.run(id, input, fork).output);

async function agrees(id: number, input: Uint8Array, fork = 'osaka', other = oracle): Promise<void> {
  const expected = await other(id, input);
  const got = machine.run(id, input, fork);
  const about = `precompile ${id} in ${fork} on ${show(input)}, SEED=${SEED}`;
  expect(show(got.output), about).toBe(show(expected.output));
  if (expected.output) expect(got.gas, about).toBe(expected.gas);
}

/** A spoilt number of rounds may be billions: none is left but the low byte. */
function affordable(id: number, input: Uint8Array): Uint8Array {
  return id === layout.PC_BLAKE2F ? input.fill(0, 0, 3) : input;
}

describe('every precompile agrees with ethereumjs in output and gas', () => {
  for (const [key, make] of Object.entries(made.VALID)) {
    const id = Number(key);
    test(`0x${id.toString(16)} on valid and on spoilt inputs`, async () => {
      const r = random(SEED ^ id);
      for (let i = 0; i < (ROUNDS[id] ?? 30); i++) {
        const input = make(r);
        await agrees(id, i % 2 === 0 ? input : affordable(id, spoil(input, r)));
        // Else a generator of broken inputs would make both sides agree on failing.
        if (i % 2 === 0)
          expect(machine.run(id, input, 'osaka').code, show(input)).toBeGreaterThanOrEqual(LEAST[id] ?? 0);
      }
    });
    test(`0x${id.toString(16)} on empty and random input`, async () => {
      const r = random(SEED ^ (id << 8));
      await agrees(id, new Uint8Array(0));
      const length = id === layout.PC_BLAKE2F ? 212 : make(r).length;
      for (let i = 0; i < 4; i++)
        await agrees(id, id === layout.PC_MODEXP ? r.bytes(40).fill(0, 0, 31) : r.bytes(length));
    });
  }
});

describe('hashes', () => {
  const lengths = [...Array.from({ length: 140 }, (_, i) => i), 191, 192, 193, 1000, 1023, 1024, 1025, 4096, 100_001];
  test('sha256 and ripemd160 agree with node:crypto at every length around a block', () => {
    const r = random(SEED);
    for (const length of lengths) {
      const input = r.bytes(length);
      const about = `${length} bytes, SEED=${SEED}`;
      const sha = createHash('sha256').update(input).digest('hex');
      const ripemd = createHash('ripemd160').update(input).digest('hex');
      expect(run(layout.PC_SHA256, input), about).toBe(sha);
      expect(run(layout.PC_RIPEMD160, input), about).toBe(ripemd.padStart(64, '0'));
    }
  });

  test('sha256 is the same with and without the library of the host', async () => {
    const alone = await createMachine(new Map());
    for (const length of [1023, 1024, 5000]) {
      const input = random(SEED).bytes(length);
      expect(show(alone.run(layout.PC_SHA256, input, 'osaka').output)).toBe(run(layout.PC_SHA256, input));
    }
  });

  test('identity returns its input and costs 15 and 3 per word', () => {
    for (const length of [0, 1, 32, 33]) {
      const input = random(SEED).bytes(length);
      expect(run(layout.PC_IDENTITY, input)).toBe(show(input));
      expect(machine.gas(layout.PC_IDENTITY, input, 'osaka')).toBe(BigInt(15 + 3 * Math.ceil(length / 32)));
    }
  });
});

describe('blake2f', () => {
  const IV0 =
    '48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b';
  const abc = (rounds: number, final = 1): Uint8Array =>
    join(
      word(BigInt(rounds), 4),
      hex(IV0),
      hex('616263').slice(),
      new Uint8Array(125),
      Uint8Array.of(3),
      new Uint8Array(15),
      Uint8Array.of(final),
    );

  test('twelve rounds over one block are BLAKE2b-512', () => {
    expect(run(layout.PC_BLAKE2F, abc(12))).toBe(createHash('blake2b512').update('abc').digest('hex'));
  });
  test('no round and one round give the vectors of EIP-152', () => {
    expect(run(layout.PC_BLAKE2F, abc(0))).toBe(
      '08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b',
    );
    expect(run(layout.PC_BLAKE2F, abc(1))).toBe(
      'b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fba551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421',
    );
  });
  test('a wrong length or final flag fails and a round costs one gas', () => {
    expect(run(layout.PC_BLAKE2F, abc(12, 2))).toBe('failure');
    expect(run(layout.PC_BLAKE2F, abc(12).subarray(1))).toBe('failure');
    expect(run(layout.PC_BLAKE2F, join(abc(12), Uint8Array.of(0)))).toBe('failure');
    expect(machine.gas(layout.PC_BLAKE2F, abc(0xffffffff), 'osaka')).toBe(0xffffffffn);
  });
});

describe('modexp', () => {
  const P = 2n ** 256n - 2n ** 32n - 977n;
  const fermat = (base: Uint8Array): Uint8Array => made.modexpInput(base, word(P - 1n), word(P));

  test('the example of EIP-198 costs 13056, 1360 and 4080 gas under the three rules', () => {
    const input = fermat(Uint8Array.of(3));
    expect(run(layout.PC_MODEXP, input)).toBe(show(word(1n)));
    expect(['byzantium', 'berlin', 'osaka'].map((fork) => machine.gas(layout.PC_MODEXP, input, fork))).toEqual([
      13056n,
      1360n,
      4080n,
    ]);
    expect(run(layout.PC_MODEXP, fermat(new Uint8Array(0)))).toBe(show(word(0n)));
  });

  test('every rule agrees with ethereumjs on random operands', async () => {
    const r = random(SEED + 1);
    for (const fork of ['byzantium', 'berlin', 'osaka']) {
      const other = await createOracle(fork);
      for (let i = 0; i < 40; i++)
        await agrees(layout.PC_MODEXP, made.VALID[layout.PC_MODEXP]?.(r) as Uint8Array, fork, other);
    }
  });

  test('an operand over 1024 bytes fails from Osaka on, whichever it is', () => {
    for (let which = 0; which < 3; which++) {
      const operands = [1, 1, 1].map((length, i) => new Uint8Array(i === which ? 1025 : length).fill(3));
      const input = made.modexpInput(...(operands as [Uint8Array, Uint8Array, Uint8Array]));
      expect(run(layout.PC_MODEXP, input)).toBe('failure');
      expect(run(layout.PC_MODEXP, input, 'prague')).not.toBe('failure');
    }
    const most = new Uint8Array(1024).fill(3);
    expect(run(layout.PC_MODEXP, made.modexpInput(most, Uint8Array.of(2), most))).toBe(show(new Uint8Array(1024)));
  });

  test('declared lengths beyond every input cost more than any gas limit', () => {
    const huge = join(word(1n), word(1n), word(2n ** 255n));
    for (const fork of FORKS) expect(machine.gas(layout.PC_MODEXP, huge, fork)).toBe(2n ** 64n - 1n);
  });

  test('a huge exponent without base and modulus costs the minimum and returns nothing', () => {
    const input = join(word(0n), word(2n ** 255n), word(0n));
    expect([machine.gas(layout.PC_MODEXP, input, 'byzantium'), machine.gas(layout.PC_MODEXP, input, 'berlin')]).toEqual(
      [0n, 200n],
    );
    expect(run(layout.PC_MODEXP, input, 'berlin')).toBe('');
  });

  test('megabytes of declared zero exponent take no memory', () => {
    const input = join(word(1n), word(4_000_000n), word(1n), Uint8Array.of(7, 3));
    expect(run(layout.PC_MODEXP, input, 'berlin')).toBe('00');
    expect(run(layout.PC_MODEXP, join(word(1n), word(4_000_000n), word(0n)), 'berlin')).toBe('');
  });
});

describe('ecrecover', () => {
  const valid = (r: Random): Uint8Array => made.VALID[layout.PC_ECRECOVER]?.(r) as Uint8Array;
  const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

  test('high s with the other parity recovers the same address', () => {
    const input = valid(random(SEED));
    const flipped = input.slice();
    flipped[63] = 55 - (input[63] as number);
    flipped.set(word(N - BigInt(`0x${show(input.subarray(96))}`)), 96);
    expect(run(layout.PC_ECRECOVER, flipped)).toBe(run(layout.PC_ECRECOVER, input));
    expect(run(layout.PC_ECRECOVER, input)).toMatch(/^0{24}/);
  });

  test('v other than 27 and 28 recovers nothing', () => {
    const input = valid(random(SEED));
    for (const v of [0n, 1n, 26n, 29n, 27n + 256n, 27n + (1n << 255n)]) {
      input.set(word(v), 32);
      expect(run(layout.PC_ECRECOVER, input)).toBe('');
    }
  });

  test('r and s at the edges of their range agree with ethereumjs', async () => {
    const r = random(SEED);
    const edges = [0n, 1n, 2n, N - 1n, N, N + 1n, 2n ** 256n - 1n];
    for (const z of [0n, 1n, N, N + 1n]) {
      for (const edge of edges) {
        for (const at of [64, 96]) {
          const input = valid(r);
          input.set(word(z), 0);
          await agrees(layout.PC_ECRECOVER, input);
          input.set(word(edge), at);
          await agrees(layout.PC_ECRECOVER, input);
        }
      }
    }
  });

  test('a key at infinity is no key', () => {
    // R = G and s = z: s·R - z·G vanishes.
    const gx = word(0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n);
    expect(run(layout.PC_ECRECOVER, join(word(5n), word(27n), gx, word(5n)))).toBe('');
    expect(run(layout.PC_ECRECOVER, join(word(5n), word(28n), gx, word(5n)))).not.toBe('');
  });
});

describe('points outside the subgroup', () => {
  /** bn254's twist over the quadratic field has r times this many points. */
  const COFACTOR = 2n * made.BN_P - made.BN_R;
  /** Its two smallest prime factors. */
  const SMALL_ORDERS = [10069n, 5864401n];

  test('are accepted by BLS additions and refused by products and pairings', async () => {
    const r = random(SEED);
    const [g1, g2] = [made.blsG1(made.strayBlsG1(r)), made.blsG2(made.strayBlsG2(r))];
    await agrees(layout.PC_G1_ADD, join(g1, g1));
    await agrees(layout.PC_G2_ADD, join(g2, g2));
    expect(run(layout.PC_G1_ADD, join(g1, g1))).not.toBe('failure');
    expect(run(layout.PC_G2_ADD, join(g2, g2))).not.toBe('failure');
    expect(run(layout.PC_G1_MSM, join(g1, word(2n)))).toBe('failure');
    expect(run(layout.PC_G2_MSM, join(g2, word(2n)))).toBe('failure');
    expect(run(layout.PC_BLS_PAIRING, join(g1, new Uint8Array(256)))).toBe('failure');
    expect(run(layout.PC_BLS_PAIRING, join(new Uint8Array(128), g2))).toBe('failure');
  });

  test('are refused in the second group of bn254 even beside infinity', () => {
    const stray = made.bnG2(made.strayBnG2(random(SEED)));
    expect(run(layout.PC_BN_PAIRING, join(new Uint8Array(64), stray))).toBe('failure');
  });

  test('are refused in the second group of bn254 whatever their order', () => {
    const stray = made.strayBnG2(random(SEED));
    const inGroup = made.times(stray, COFACTOR);
    const beside = (point: typeof stray): string =>
      run(layout.PC_BN_PAIRING, join(new Uint8Array(64), made.bnG2(point)));
    expect(beside(inGroup), `SEED=${SEED}`).toBe(show(word(1n)));
    for (const prime of SMALL_ORDERS) {
      const small = made.times(stray, (COFACTOR / prime) * made.BN_R);
      expect(small.is0(), `SEED=${SEED} ${prime}`).toBe(false);
      for (const point of [small, small.negate(), small.add(inGroup)])
        expect(beside(point), `SEED=${SEED} ${prime}`).toBe('failure');
    }
    expect(beside(made.times(stray, made.BN_R)), `SEED=${SEED}`).toBe('failure');
  });
});

describe('encodings', () => {
  test('a coordinate plus the modulus is refused on both curves', () => {
    const g = bn254.G1.Point.BASE.toAffine();
    expect(run(layout.PC_BN_ADD, join(word(g.x + made.BN_P), word(g.y)))).toBe('failure');
    expect(run(layout.PC_BN_MUL, join(word(g.x), word(g.y + made.BN_P), word(1n)))).toBe('failure');
    expect(run(layout.PC_BN_ADD, join(word(made.BN_P), word(0n)))).toBe('failure');
    const b = bls12_381.G1.Point.BASE.toAffine();
    expect(run(layout.PC_G1_ADD, join(word(b.x + made.BLS_P, 64), word(b.y, 64), new Uint8Array(128)))).toBe('failure');
    expect(run(layout.PC_MAP_FP, word(made.BLS_P, 64))).toBe('failure');
  });

  test('one bit in the padding of a BLS coordinate is refused', () => {
    const input = join(made.blsG1(bls12_381.G1.Point.BASE), new Uint8Array(128));
    expect(run(layout.PC_G1_ADD, input)).toBe(show(input.subarray(0, 128)));
    for (const at of [0, 15, 64, 79, 128, 143]) {
      const spoilt = input.slice();
      spoilt[at] = 1;
      expect(run(layout.PC_G1_ADD, spoilt), `byte ${at}`).toBe('failure');
    }
  });

  test('a point plus its negative is infinity', () => {
    const [bn, bls] = [bn254.G1.Point.BASE, bls12_381.G1.Point.BASE];
    expect(run(layout.PC_BN_ADD, join(made.bnG1(bn), made.bnG1(bn.negate())))).toBe(show(new Uint8Array(64)));
    expect(run(layout.PC_G1_ADD, join(made.blsG1(bls), made.blsG1(bls.negate())))).toBe(show(new Uint8Array(128)));
  });

  test('bn254 additions and products ignore what stands behind their operands', () => {
    const g = made.bnG1(bn254.G1.Point.BASE);
    const more = new Uint8Array(50).fill(255);
    expect(run(layout.PC_BN_ADD, join(g, g, more))).toBe(run(layout.PC_BN_ADD, join(g, g)));
    expect(run(layout.PC_BN_MUL, join(g, word(2n), more))).toBe(run(layout.PC_BN_ADD, join(g, g)));
  });
});

describe('long inputs', () => {
  test('a product over several batches is the sum of its parts', () => {
    const r = random(SEED);
    const { Point } = bls12_381.G1;
    const g = made.blsG1(Point.BASE);
    let sum = 0n;
    const pairs = Array.from({ length: 300 }, (_, i) => {
      const k = r.bigint(32);
      sum = (sum + k) % made.BLS_R;
      return i % 7 === 0 ? join(g, word(k), new Uint8Array(128), word(k)) : join(g, word(k));
    });
    expect(run(layout.PC_G1_MSM, join(...pairs)), `SEED=${SEED}`).toBe(show(made.blsG1(Point.BASE.multiply(sum))));
  });

  test('forty opposite pairs multiply to one, and one more pair spoils it', () => {
    const bn = (point: typeof bn254.G1.Point.BASE): Uint8Array =>
      join(made.bnG1(point), made.bnG2(bn254.G2.Point.BASE));
    const couple = [bn(bn254.G1.Point.BASE), bn(bn254.G1.Point.BASE.negate())];
    const all = join(...Array.from({ length: 20 }, () => couple).flat());
    expect(run(layout.PC_BN_PAIRING, all)).toBe(show(word(1n)));
    expect(run(layout.PC_BN_PAIRING, join(all, couple[0] as Uint8Array))).toBe(show(word(0n)));
  });

  test('points of the second group are told apart, also those that came before', () => {
    const { G1, G2 } = bn254;
    const couple = (k: bigint): Uint8Array => {
      const q = made.bnG2(G2.Point.BASE.multiply(k));
      return join(made.bnG1(G1.Point.BASE), q, made.bnG1(G1.Point.BASE.negate()), q);
    };
    const couples = Array.from({ length: 90 }, (_, i) => couple(BigInt(i + 1)));
    const all = join(...couples);
    for (let round = 0; round < 2; round++) expect(run(layout.PC_BN_PAIRING, all)).toBe(show(word(1n)));
    const [first, second] = couples as [Uint8Array, Uint8Array];
    const mixed = join(first.subarray(0, 192), second.subarray(192));
    expect(run(layout.PC_BN_PAIRING, mixed)).toBe(show(word(0n)));
    const spoilt = couple(90n);
    spoilt.fill((spoilt[191] as number) ^ 1, 191, 192);
    expect(run(layout.PC_BN_PAIRING, spoilt)).toBe('failure');
  });
});

describe('kzg', () => {
  test('a wrong value, hash or unreduced scalar is refused', () => {
    const good = made.evaluation(5n, 7n, 11n);
    const constants = `${show(word(4096n))}${show(word(made.BLS_R))}`;
    expect(run(layout.PC_KZG, good)).toBe(constants);
    expect(run(layout.PC_KZG, made.evaluation(5n, 0n, 11n))).toBe(constants); // proof at infinity
    expect(run(layout.PC_KZG, made.evaluation(0n, 0n, 11n))).toBe(constants); // both at infinity
    expect(run(layout.PC_KZG, made.evaluation(5n, 7n, 11n, 83n))).toBe('failure');
    expect(run(layout.PC_KZG, made.evaluation(5n, 7n, 11n + made.BLS_R))).toBe('failure');
    expect(run(layout.PC_KZG, made.evaluation(5n, 7n, 11n, 82n + made.BLS_R))).toBe('failure');
    const spoilt = good.slice();
    spoilt[0] = 2;
    expect(run(layout.PC_KZG, spoilt)).toBe('failure');
  });
});

describe('forks', () => {
  test('have the precompiles that ethereumjs has', () => {
    for (const fork of [
      'chainstart',
      'byzantium',
      'istanbul',
      'berlin',
      'paris',
      'shanghai',
      'cancun',
      'prague',
      'osaka',
      'bpo2',
    ]) {
      expect(precompileSpec(fork).active, fork).toEqual(activeInOracle(fork));
    }
  });

  test('price bn254 as ethereumjs does', async () => {
    for (const fork of ['byzantium', 'istanbul']) {
      const other = await createOracle(fork);
      for (const id of [layout.PC_BN_ADD, layout.PC_BN_MUL, layout.PC_BN_PAIRING]) {
        await agrees(id, new Uint8Array(384), fork, other);
      }
    }
  });

  test('price products of every length as ethereumjs does', async () => {
    for (const [id, bytes] of [
      [layout.PC_G1_MSM, 160],
      [layout.PC_G2_MSM, 288],
    ] as const) {
      for (const pairs of [1, 2, 3, 50, 127, 128, 129, 140]) await agrees(id, new Uint8Array(bytes * pairs));
    }
  });

  test('an unknown name is an UNSUPPORTED_CHAIN error', () => {
    expect(() => precompileSpec('frontier2')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_CHAIN' }));
  });
});

describe('host', () => {
  test('a precompile whose library is absent reports it', async () => {
    const empty = await createMachine(new Map());
    expect(empty.run(layout.PC_BN_ADD, new Uint8Array(128), 'osaka').code).toBe(-2);
    expect(empty.run(layout.PC_ECRECOVER, new Uint8Array(128), 'osaka').code).toBe(-2);
    expect(empty.run(layout.PC_SHA256, new Uint8Array(0), 'osaka').code).toBe(32);
  });
});
