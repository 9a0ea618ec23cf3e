// A tiny algebra of EVM bytecode for hand-made contracts: each function gives hex text without prefix, to be joined.

/** PUSH1..PUSH32 of a number, or of 0x-hex text at its full width. */
export function push(value: number | string): string {
  const digits = typeof value === 'string' ? value.slice(2) : value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return (0x5f + even.length / 2).toString(16) + even;
}

export const STOP = '00';
export const ADD = '01';
export const MOD = '06';
export const CALLER = '33';
export const CALLDATALOAD = '35';
export const TIMESTAMP = '42';
export const REVERT: string = `${push(0)}${push(0)}fd`;

/** A number is pushed; text is code that leaves the value. */
const operand = (value: number | string): string => (typeof value === 'number' ? push(value) : value);

export const sstore = (slot: number | string, value: number | string): string => `${operand(value)}${operand(slot)}55`;

export const selfdestruct = (beneficiary: string): string => `${push(beneficiary)}ff`;

/** Leaves up to 32 bytes right-aligned in the first word of memory, and their size and offset on the stack. */
function inMemory(hex: string): string {
  const bytes = hex.length / 2;
  return `${push(`0x${hex}`)}${push(0)}52${push(bytes)}${push(32 - bytes)}`;
}

/** Init code: runs `before`, then returns `runtime` (at most 32 bytes). */
export const deploy = (runtime: string, before = ''): string => `${before}${inMemory(runtime)}f3`;

/** Makes a contract from `init` (at most 32 bytes) with CREATE2, salt 0 and no value, and drops its address. */
export const create2 = (init: string): string => `${push(0)}${inMemory(init)}${push(0)}f550`;
