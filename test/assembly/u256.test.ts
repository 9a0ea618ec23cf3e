// Every u256 kernel against BigInt, over operands that sit on the edges of limbs and over random ones of all lengths.
import { describe, expect, it } from 'vitest';
import { HEAP } from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env['SEED'] ?? 7);
const ROUNDS = 25_000;

type Kernel = (...args: (number | bigint)[]) => number | bigint | undefined;
type Law = (...operands: bigint[]) => bigint;

const memory = sharedMemory();
const bytes = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);
const DST = HEAP + 0x10000;
const OPERANDS = [DST + 64, DST + 128, DST + 192] as const;
const kernels = await loadKernels();

async function loadKernels(): Promise<Record<string, Kernel>> {
  const module = await compileAs(`export { bind } from './assembly/context'; export * from './assembly/u256';`);
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Kernel>;
  exports['bind']?.(HEAP);
  bytes.fill(0xa5, HEAP, DST); // Scratch memory is nobody's zero.
  return exports;
}

const kernel = (name: string): Kernel => {
  const found = kernels[name];
  if (!found) throw new Error(`no kernel ${name}`);
  return found;
};

const BITS = 1n << 256n;
const wrap = (x: bigint): bigint => BigInt.asUintN(256, x);
const signed = (x: bigint): bigint => BigInt.asIntN(256, x);
const bitsOf = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length);

function put(at: number, x: bigint): void {
  for (let i = 0; i < 4; i++) view.setBigUint64(at + 8 * i, x >> BigInt(64 * i), true);
}

function get(at: number): bigint {
  let x = 0n;
  for (let i = 3; i >= 0; i--) x = (x << 64n) | view.getBigUint64(at + 8 * i, true);
  return x;
}

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

type Random = ReturnType<typeof seeded>;
const LIMBS = [
  0n,
  1n,
  2n,
  1n << 32n,
  (1n << 32n) - 1n,
  1n << 63n,
  (1n << 63n) - 1n,
  (1n << 64n) - 1n,
  (1n << 64n) - 2n,
];

const randomLimb = (random: Random): bigint => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));

/** A word of 0 to 4 limbs, each of them at an edge or random. */
function mixed(random: Random, edges: number): bigint {
  let x = 0n;
  for (let n = random(5); n > 0; n--) {
    x = (x << 64n) | (random(100) < edges ? (LIMBS[random(LIMBS.length)] as bigint) : randomLimb(random));
  }
  return x;
}

function operand(random: Random): bigint {
  const kind = random(8);
  if (kind < 2) return mixed(random, 0);
  if (kind < 5) return mixed(random, 70);
  if (kind === 5) return BigInt(random(300));
  if (kind === 6) return wrap((1n << BigInt(random(257))) + BigInt(random(3) - 1));
  return wrap(-mixed(random, 50) >> BigInt(random(256)));
}

const EDGES = [0n, 1n, 2n, 3n, 31n, 32n, 255n, 256n, 257n, BITS - 1n, BITS - 2n, BITS >> 1n, (BITS >> 1n) - 1n].concat(
  [63n, 64n, 65n, 127n, 128n, 129n, 191n, 192n, 193n].flatMap((k) => [1n << k, (1n << k) - 1n, (1n << k) + 1n]),
);

/** Runs dst = name(operands) with the destination apart and in place of each operand; throws on the first difference. */
function checkInto(name: string, operands: bigint[], expected: bigint, tail: bigint[] = []): void {
  for (const dst of [DST, ...OPERANDS.slice(0, operands.length)]) {
    operands.forEach((x, i) => {
      put(OPERANDS[i] as number, x);
    });
    kernel(name)(dst, ...OPERANDS.slice(0, operands.length), ...tail);
    fail(name, operands, tail, get(dst), expected, dst);
    operands.forEach((x, i) => {
      if (OPERANDS[i] !== dst) fail(`${name} operand ${i}`, operands, tail, get(OPERANDS[i] as number), x, dst);
    });
  }
}

function fail(name: string, operands: bigint[], tail: bigint[], got: bigint, expected: bigint, dst: number): void {
  if (got === expected) return;
  const shown = [...operands, ...tail].map((x) => `0x${x.toString(16)}`).join(', ');
  throw new Error(
    `${name}(${shown}) at +${dst - DST}, SEED=${SEED}: 0x${got.toString(16)}, not 0x${expected.toString(16)}`,
  );
}

/** Both operands in one place, and the destination too. */
function checkSame(name: string, x: bigint, law: Law, arity: number): void {
  for (const dst of [DST, OPERANDS[0]]) {
    put(OPERANDS[0], x);
    kernel(name)(dst, ...Array<number>(arity).fill(OPERANDS[0]));
    const operands = Array<bigint>(arity).fill(x);
    fail(`${name}, one place`, operands, [], get(dst), law(...operands), dst);
  }
}

function checkLaw(name: string, law: Law, rounds: number): number {
  const random = seeded(SEED);
  const arity = law.length;
  let cases = 0;
  const check = (...operands: bigint[]): void => {
    checkInto(name, operands, law(...operands));
    cases++;
  };
  for (const a of EDGES) {
    checkSame(name, a, law, arity);
    if (arity === 1) check(a);
    else if (arity === 2) for (const b of EDGES) check(a, b);
    else for (const b of EDGES) check(a, b, EDGES[random(EDGES.length)] as bigint);
  }
  for (let i = 0; i < rounds; i++) check(...Array.from({ length: arity }, () => operand(random)));
  return cases;
}

function power(a: bigint, e: bigint): bigint {
  let result = 1n;
  for (let base = a; e > 0n; e >>= 1n, base = wrap(base * base)) if (e & 1n) result = wrap(result * base);
  return result;
}

const extend: Law = (b, x) => (b > 30n ? x : wrap(BigInt.asIntN(8 * (Number(b) + 1), x)));

const LAWS: Record<string, Law> = {
  add: (a, b) => wrap(a + b),
  sub: (a, b) => wrap(a - b),
  mul: (a, b) => wrap(a * b),
  and_: (a, b) => a & b,
  or_: (a, b) => a | b,
  xor_: (a, b) => a ^ b,
  not_: (a) => wrap(~a),
  copy: (a) => a,
  clz: (a) => BigInt(256 - bitsOf(a)),
  shl: (s, x) => (s > 255n ? 0n : wrap(x << s)),
  shr: (s, x) => (s > 255n ? 0n : x >> s),
  sar: (s, x) => wrap(signed(x) >> (s > 255n ? 255n : s)),
  byteAt: (i, x) => (i > 31n ? 0n : (x >> (8n * (31n - i))) & 255n),
  signextend: extend,
};

const DIVISION: Record<string, Law> = {
  div: (a, b) => (b === 0n ? 0n : a / b),
  mod: (a, b) => (b === 0n ? 0n : a % b),
  sdiv: (a, b) => (b === 0n ? 0n : wrap(signed(a) / signed(b))),
  smod: (a, b) => (b === 0n ? 0n : wrap(signed(a) % signed(b))),
  addmod: (a, b, m) => (m === 0n ? 0n : (a + b) % m),
  mulmod: (a, b, m) => (m === 0n ? 0n : (a * b) % m),
};

const COMPARISONS: Record<string, (a: bigint, b: bigint) => boolean> = {
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  slt: (a, b) => signed(a) < signed(b),
  sgt: (a, b) => signed(a) > signed(b),
  eq: (a, b) => a === b,
};

/** Pairs of operands: equal, apart by a little, and independent. */
function pair(random: Random): [bigint, bigint] {
  const a = operand(random);
  const kind = random(4);
  if (kind === 0) return [a, a];
  if (kind === 1) return [a, wrap(a + (1n << BigInt(random(256))))];
  return [a, operand(random)];
}

describe('u256', () => {
  it.each(Object.keys(LAWS))('%s agrees with BigInt, also in place', (name) => {
    expect(checkLaw(name, LAWS[name] as Law, 8_000)).toBeGreaterThan(8_000);
  });

  it.each(Object.keys(DIVISION))('%s agrees with BigInt, also in place', (name) => {
    expect(checkLaw(name, DIVISION[name] as Law, ROUNDS)).toBeGreaterThan(ROUNDS);
  });

  it('division is exact where the estimated digit is not', () => {
    const random = seeded(SEED);
    for (let i = 0; i < ROUNDS; i++) {
      const b = mixed(random, 80) || 1n;
      const q = mixed(random, 80);
      // A remainder of 0, of the divisor - 1 or near them: the digit estimates are off by one most often there.
      const rest = [0n, b - 1n, b > 1n ? 1n : 0n, mixed(random, 50) % b][random(4)] as bigint;
      const a = wrap((q % (BITS / b || 1n)) * b + rest);
      checkInto('div', [a, b], a / b);
      checkInto('mod', [a, b], a % b);
    }
  });

  it('mulmod is exact where the estimated digit is not', () => {
    const random = seeded(SEED + 1);
    for (let i = 0; i < ROUNDS; i++) {
      const m = mixed(random, 80) || 1n;
      const near = (): bigint => [m - 1n, m, wrap(-m), BITS - 1n, mixed(random, 80)][random(5)] as bigint;
      const [a, b] = [near(), near()];
      checkInto('mulmod', [a, b, m], (a * b) % m);
      checkInto('addmod', [a, b, m], (a + b) % m);
    }
  });

  it('numerators that begin with the divisor divide exactly', () => {
    const random = seeded(SEED + 2);
    for (let i = 0; i < ROUNDS; i++) {
      const b = mixed(random, 60) || 1n;
      const shift = random(257 - bitsOf(b));
      const a = wrap((b << BigInt(shift)) + BigInt(random(3) - 1) * (mixed(random, 60) >> BigInt(256 - shift)));
      checkInto('div', [a, b], a / b);
      checkInto('mod', [a, b], a % b);
    }
  });

  it('exp agrees with square and multiply', () => {
    const random = seeded(SEED);
    const check = (a: bigint, e: bigint): void => checkInto('exp', [a, e], power(a, e));
    for (const a of EDGES) for (const e of EDGES) check(a, e);
    for (let i = 0; i < 1500; i++) check(operand(random), operand(random) >> BigInt(random(256)));
    for (const x of EDGES) checkSame('exp', x, power, 2);
  });

  it.each(Object.keys(COMPARISONS))('%s orders as BigInt does', (name) => {
    const random = seeded(SEED);
    const holds = COMPARISONS[name] as (a: bigint, b: bigint) => boolean;
    const pairs = EDGES.flatMap((a) => EDGES.map((b): [bigint, bigint] => [a, b]));
    for (let i = 0; i < 8_000; i++) pairs.push(pair(random));
    for (const [a, b] of pairs) {
      put(OPERANDS[0], a);
      put(OPERANDS[1], b);
      fail(name, [a, b], [], BigInt(kernel(name)(OPERANDS[0], OPERANDS[1]) as number), BigInt(holds(a, b)), DST);
    }
  });

  it('properties of one word agree with BigInt', () => {
    const random = seeded(SEED);
    const laws: Record<string, Law> = {
      isZero: (a) => BigInt(a === 0n),
      fitsU64: (a) => BigInt(a < 1n << 64n),
      bitLength: (a) => BigInt(bitsOf(a)),
      byteLength: (a) => BigInt(Math.ceil(bitsOf(a) / 8)),
      low: (a) => BigInt.asUintN(64, a),
    };
    const words = [...EDGES, ...Array.from({ length: 4_000 }, () => operand(random))];
    for (const [name, law] of Object.entries(laws)) {
      for (const a of words) {
        put(OPERANDS[0], a);
        const got = BigInt(kernel(name)(OPERANDS[0]) as number | bigint);
        fail(name, [a], [], BigInt.asUintN(64, got), law(a), DST);
      }
    }
  });

  it('operations with a u64 wrap and report what they lost', () => {
    const random = seeded(SEED);
    for (let i = 0; i < 8_000; i++) {
      const a = operand(random);
      const v = random(2) ? (LIMBS[random(LIMBS.length)] as bigint) : randomLimb(random);
      checkInto('add64', [a], wrap(a + v), [v]);
      checkInto('mul64', [a], wrap(a * v), [v]);
      checkInto('mulOverflows64', [a], wrap(a * v), [v]);
      put(OPERANDS[0], a);
      fail(
        'overflow',
        [a],
        [v],
        BigInt(kernel('mulOverflows64')(DST, OPERANDS[0], v) as number),
        BigInt(a * v >= BITS),
        0,
      );
      kernel('set64')(DST, v);
      fail('set64', [], [v], get(DST), v, DST);
      kernel('setZero')(DST);
      fail('setZero', [], [], get(DST), 0n, DST);
    }
  });

  it('checked sums and differences report overflow and underflow', () => {
    const random = seeded(SEED);
    for (let i = 0; i < 8_000; i++) {
      const [a, b] = random(4) ? pair(random) : [operand(random), 0n];
      const c = random(3) ? b : wrap(-a - BigInt(random(2)));
      checkInto('addOverflows', [a, c], wrap(a + c));
      checkInto('subUnderflows', [a, c], wrap(a - c));
      put(OPERANDS[0], a);
      put(OPERANDS[1], c);
      const over = kernel('addOverflows')(DST, OPERANDS[0], OPERANDS[1]) as number;
      fail('addOverflows flag', [a, c], [], BigInt(over), BigInt(a + c >= BITS), DST);
      const under = kernel('subUnderflows')(DST, OPERANDS[0], OPERANDS[1]) as number;
      fail('subUnderflows flag', [a, c], [], BigInt(under), BigInt(a < c), DST);
    }
  });

  it('big-endian bytes and limbs are inverse, at any address', () => {
    const random = seeded(SEED);
    for (let i = 0; i < 4_000; i++) {
      const x = operand(random);
      const src = DST + 512 + random(8);
      const digits = x.toString(16).padStart(64, '0');
      bytes.set(Buffer.from(digits, 'hex'), src);
      for (const dst of [DST, src]) {
        kernel('loadBE')(dst, src);
        fail('loadBE', [x], [], get(dst), x, DST);
        kernel('storeBE')(src, dst);
        expect(Buffer.from(bytes.slice(src, src + 32)).toString('hex')).toBe(digits);
      }
    }
  });

  it('loadBytesBE right-aligns n bytes and reads none behind them', () => {
    const random = seeded(SEED);
    const end = memory.buffer.byteLength;
    for (let n = 0; n <= 32; n++) {
      for (let i = 0; i < 50; i++) {
        const src = end - n;
        for (let k = 0; k < 64; k++) bytes[end - 1 - k] = random(4) ? random(256) : 255;
        let expected = 0n;
        for (let k = 0; k < n; k++) expected = (expected << 8n) | BigInt(bytes[src + k] as number);
        kernel('loadBytesBE')(DST, src, n);
        fail('loadBytesBE', [], [BigInt(n)], get(DST), expected, DST);
      }
    }
  });
});
