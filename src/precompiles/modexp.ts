// MODEXP (EIP-198) by BigInt, for operands beyond 1024 bytes: assembly/modexp.ts does the rest. The gas is charged and the
// lengths are capped before; here they only say where the operands lie. The exponent is never made a BigInt, because a cheap
// call may declare megabytes of it, mostly behind the end of the input, where everything is zero.
import { FAILURE, type HostFunction } from './types.ts';

const HEADER = 96;
/** Longer operands cost more gas than any block has, so they only come from a caller that did not charge. */
const MAX_OPERAND: number = 2 ** 26;
/** Exponent bits per multiplication: 4 costs 14 table entries and a fifth of the multiplications of 1. */
const WINDOW = 4;

/** Bytes from `from` on, with zeros behind the input's end, as hexadecimal text. */
function hexAt(input: Uint8Array, from: number, length: number): string {
  let text = '';
  const end = Math.min(from + length, input.length);
  for (let i = from; i < end; i++) text += HEX[input[i] as number];
  return text.padEnd(2 * length, '0');
}
const HEX: string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function numberAt(input: Uint8Array, from: number, length: number): bigint {
  return length === 0 ? 0n : BigInt(`0x${hexAt(input, from, length)}`);
}

function writeNumber(value: bigint, length: number, out: Uint8Array, at: number): void {
  const text = value.toString(16).padStart(2 * length, '0');
  for (let i = 0; i < length; i++) out[at + i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
}

function powers(base: bigint, modulus: bigint): bigint[] {
  const table = [1n % modulus, base];
  for (let i = 2; i < 1 << WINDOW; i++) table.push(((table[i - 1] as bigint) * base) % modulus);
  return table;
}

/** Left to right by half bytes: four squarings, then one multiplication unless the half byte is zero. */
function power(base: bigint, exponent: Uint8Array, exponentBytes: number, modulus: bigint): bigint {
  const table = powers(base % modulus, modulus);
  let result = table[0] as bigint;
  const half = (digit: number): void => {
    for (let i = 0; i < WINDOW; i++) result = (result * result) % modulus;
    if (digit !== 0) result = (result * (table[digit] as bigint)) % modulus;
  };
  let first = 0;
  while (first < exponent.length && exponent[first] === 0) first++;
  if (first === exponent.length) return result;
  for (let i = first; i < exponentBytes; i++) {
    const byte = i < exponent.length ? (exponent[i] as number) : 0;
    if (result <= 1n && i > first && byte === 0) continue;
    half(byte >> 4);
    half(byte & 15);
  }
  return result;
}

export const modexp: HostFunction = (input, out, at) => {
  const [baseBytes, exponentBytes, modulusBytes] = [0, 32, 64].map((from) => Number(numberAt(input, from, 32))) as [
    number,
    number,
    number,
  ];
  if (modulusBytes === 0) return 0;
  if (baseBytes > MAX_OPERAND || modulusBytes > MAX_OPERAND) return FAILURE;
  const modulus = numberAt(input, HEADER + baseBytes + exponentBytes, modulusBytes);
  if (modulus === 0n) {
    out.fill(0, at, at + modulusBytes);
    return modulusBytes;
  }
  const base = numberAt(input, HEADER, baseBytes);
  const start = HEADER + baseBytes;
  const exponent = input.subarray(start, start + exponentBytes);
  writeNumber(power(base, exponent, exponentBytes, modulus), modulusBytes, out, at);
  return modulusBytes;
};
