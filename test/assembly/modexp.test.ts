// MODEXP in WebAssembly against BigInt, square by square.
import { beforeAll, describe, expect, test } from 'vitest';
import { CTX_SCRATCH, SCRATCH_BYTES } from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env.SEED ?? 0x5eed_0005);
const SOURCE = `
export { bind } from './assembly/context';
export { fitsModexp, modexp } from './assembly/modexp';
`;
const CONTEXT = 131072;
const INPUT = CONTEXT + CTX_SCRATCH + SCRATCH_BYTES + 64;
const OUTPUT = INPUT + 8192;
const CANARY = 0xc5;

interface Kernels {
  bind(context: number): void;
  fitsModexp(src: number, len: number): number;
  modexp(src: number, len: number, dst: number): number;
}

let kernels: Kernels;
let bytes: Uint8Array;

beforeAll(async () => {
  const memory = sharedMemory(4);
  kernels = new WebAssembly.Instance(await compileAs(SOURCE), { env: { memory } }).exports as unknown as Kernels;
  kernels.bind(CONTEXT);
  bytes = new Uint8Array(memory.buffer);
});

interface Operands {
  base: Uint8Array;
  exponent: Uint8Array;
  modulus: Uint8Array;
}

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const number = (value: Uint8Array): bigint => (value.length === 0 ? 0n : BigInt(`0x${hex(value)}`));

/** Big-endian in `length` bytes. */
function bytesOf(value: bigint, length: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}

function inputOf({ base, exponent, modulus }: Operands): Uint8Array {
  const lengths = [base, exponent, modulus].map(({ length }) => bytesOf(BigInt(length), 32));
  return new Uint8Array(Buffer.concat([...lengths, base, exponent, modulus]));
}

function expected({ base, exponent, modulus }: Operands): string {
  const m = number(modulus);
  if (m === 0n) return hex(modulus);
  let result = 1n % m;
  let square = number(base) % m;
  for (let e = number(exponent); e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % m;
    square = (square * square) % m;
  }
  return hex(bytesOf(result, modulus.length));
}

/** Scratch is filled with what an earlier call may have left; the bytes behind the output must stay as they are. */
function run(input: Uint8Array, modulusBytes: number): string {
  bytes.fill(CANARY, CONTEXT + CTX_SCRATCH, CONTEXT + CTX_SCRATCH + SCRATCH_BYTES);
  bytes.fill(CANARY, INPUT, INPUT + input.length + 64);
  bytes.fill(CANARY, OUTPUT, OUTPUT + modulusBytes + 64);
  bytes.set(input, INPUT);
  expect(kernels.fitsModexp(INPUT, input.length)).toBe(1);
  expect(kernels.modexp(INPUT, input.length, OUTPUT)).toBe(modulusBytes);
  const behind = bytes.subarray(OUTPUT + modulusBytes, OUTPUT + modulusBytes + 64);
  expect(behind.every((byte) => byte === CANARY)).toBe(true);
  return hex(bytes.subarray(OUTPUT, OUTPUT + modulusBytes));
}

const check = (operands: Operands): void => {
  const about = `${hex(operands.base)} ^ ${hex(operands.exponent)} mod ${hex(operands.modulus)}, SEED=${SEED}`;
  expect(run(inputOf(operands), operands.modulus.length), about).toBe(expected(operands));
};

/** xorshift: 32 bits a step. */
function random(seed: number): (below: number) => number {
  let x = seed | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

/** Random, all zeros, all ones, or one bit: carries and borrows run through whole numbers only in the last ones. */
function operand(r: (below: number) => number, length: number): Uint8Array {
  const value = new Uint8Array(length);
  const kind = r(6);
  if (kind === 0 || length === 0) return value;
  if (kind === 1) return value.fill(255);
  if (kind === 2) {
    value[r(length)] = 1 << r(8);
    return value;
  }
  return value.map(() => r(256));
}

function oddOperand(r: (below: number) => number, length: number): Uint8Array {
  const value = operand(r, length);
  value[length - 1] = (value[length - 1] as number) | 1;
  return value;
}

/** Odd, anything, or with its lowest bytes zero. */
function modulusOperand(r: (below: number) => number, length: number): Uint8Array {
  const kind = r(3);
  if (kind === 0) return oddOperand(r, length);
  const value = operand(r, length);
  return kind === 1 ? value : value.fill(0, r(length));
}

function checkRounds(rounds: number, longest: number, exponentBytes: number): void {
  const r = random(SEED ^ longest);
  for (let i = 0; i < rounds; i++) {
    check({
      base: operand(r, r(longest + 1)),
      exponent: operand(r, r(exponentBytes + 1)),
      modulus: modulusOperand(r, 1 + r(longest)),
    });
  }
}

describe('a power in WebAssembly is that of BigInt', () => {
  test('for operands of up to 8 bytes', () => checkRounds(2000, 8, 8));
  test('for operands of up to 40 bytes', () => checkRounds(1000, 40, 40));
  test('for operands of up to 300 bytes', () => checkRounds(100, 300, 40));
  test('for operands of up to 1024 bytes', () => checkRounds(12, 1024, 8));

  test('for every length of the modulus in bits up to 260', () => {
    for (let bits = 1; bits <= 260; bits++) {
      const length = Math.ceil(bits / 8);
      const [least, most] = [(1n << BigInt(bits - 1)) | 1n, (1n << BigInt(bits)) - 1n];
      for (const m of [least, most]) {
        const modulus = bytesOf(m, length);
        const base = bytesOf(m === 1n ? 0n : m - 1n, length);
        check({ base, exponent: Uint8Array.of(3), modulus });
        check({ base: new Uint8Array(length + 5).fill(255), exponent: Uint8Array.of(1, 0, 255), modulus });
      }
    }
  });

  test('for moduli of every number of zero bits up to 260, beside odd parts of several lengths', () => {
    const r = random(SEED);
    for (let zeros = 0; zeros <= 260; zeros++) {
      for (const odd of [1n, 3n, (1n << 28n) - 1n, (1n << 129n) + 1n, (1n << 300n) - 1n]) {
        const modulus = bytesOf(odd << BigInt(zeros), 72);
        check({ base: operand(r, 1 + r(80)), exponent: operand(r, 1 + r(4)), modulus });
      }
    }
  });

  test('for the longest moduli with one odd bit, and with one zero bit', () => {
    const base = new Uint8Array(1024).fill(253);
    const exponent = Uint8Array.of(1, 255, 3);
    for (const odd of [1, 2, 512, 1023]) {
      const modulus = new Uint8Array(1024).fill(255, 0, odd);
      check({ base, exponent, modulus });
      check({ base, exponent, modulus: modulus.fill(254, odd - 1, odd) });
    }
    check({ base, exponent, modulus: new Uint8Array(1024).fill(128, 0, 1) });
    check({ base, exponent, modulus: new Uint8Array(1024).fill(255, 0, 1023).fill(254, 1023) });
  });

  test('for the longest operands, all bits set', () => {
    const modulus = new Uint8Array(1024).fill(255);
    check({ base: new Uint8Array(1024).fill(254), exponent: new Uint8Array(4).fill(255), modulus });
    check({ base: modulus, exponent: new Uint8Array(1024).fill(0), modulus });
  });

  test('for exponents of every number of bits up to 300, so that every window occurs', () => {
    const r = random(SEED);
    const modulus = oddOperand(r, 24);
    for (let bits = 0; bits <= 300; bits++) {
      const exponent = bytesOf(
        bits === 0 ? 0n : (1n << BigInt(bits)) - 1n - BigInt(r(1 << Math.min(bits - 1, 30))),
        38,
      );
      check({ base: operand(r, 24), exponent, modulus });
    }
  });
});

test('an input that ends early goes on with zeros', () => {
  const whole = { base: new Uint8Array(64).fill(7), exponent: new Uint8Array(40), modulus: Uint8Array.of(0, 0, 97) };
  whole.exponent[0] = 3;
  const input = inputOf(whole);
  expect(run(input, 3)).toBe(expected(whole));
  expect(run(input.subarray(0, 96 + 64 + 1), 3)).toBe('000000');
});

test('operands of more than 1024 bytes are not served', () => {
  const one = Uint8Array.of(1);
  const fits = (operands: Operands): number => {
    const input = inputOf(operands);
    bytes.set(input, INPUT);
    return kernels.fitsModexp(INPUT, input.length);
  };
  expect(fits({ base: one, exponent: one, modulus: Uint8Array.of(3) })).toBe(1);
  expect(fits({ base: one, exponent: one, modulus: new Uint8Array(1024) })).toBe(1);
  const long = new Uint8Array(1025).fill(1);
  expect(fits({ base: long, exponent: one, modulus: one })).toBe(0);
  expect(fits({ base: one, exponent: long, modulus: one })).toBe(0);
  expect(fits({ base: one, exponent: one, modulus: long })).toBe(0);
});
