// The words of traces: names of instructions, and what geth calls the reasons why a frame fails (core/vm/errors.go).
import {
  EV_CODE_STATUS,
  EV_LAST_HEIGHT,
  EV_OP,
  EV_STATUS,
  EV_TOO_LONG,
  STATUS_BAD_CODE,
  STATUS_BAD_JUMP,
  STATUS_BALANCE,
  STATUS_CALL_DEPTH,
  STATUS_COLLISION,
  STATUS_INVALID_OPCODE,
  STATUS_NONCE,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE,
  STATUS_RETURN,
  STATUS_RETURN_DATA,
  STATUS_REVERT,
  STATUS_STACK,
  STATUS_STATIC,
} from '../../assembly/layout.ts';
import type { Views } from '../memory/views.ts';
import type { Instruction } from '../spec/instructions.ts';
import { byteAt } from './events.ts';

const ROWS: readonly [first: number, names: string][] = [
  [0x00, 'STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND'],
  [0x10, 'LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ'],
  [0x20, 'KECCAK256'],
  [0x30, 'ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE CODECOPY GASPRICE'],
  [0x3b, 'EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH'],
  [0x40, 'BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE'],
  [0x50, 'POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY PUSH0'],
  [0xf0, 'CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2'],
  [0xfa, 'STATICCALL'],
  [0xfd, 'REVERT INVALID SELFDESTRUCT'],
];

function allNames(): string[] {
  const names = Array.from({ length: 256 }, (_, op) => `opcode 0x${op.toString(16)} not defined`);
  for (const [first, text] of ROWS) names.splice(first, text.split(' ').length, ...text.split(' '));
  for (let i = 0; i < 32; i++) names[0x60 + i] = `PUSH${i + 1}`;
  for (let i = 0; i < 16; i++) {
    names[0x80 + i] = `DUP${i + 1}`;
    names[0x90 + i] = `SWAP${i + 1}`;
  }
  for (let i = 0; i <= 4; i++) names[0xa0 + i] = `LOG${i}`;
  return names;
}

const NAMES = allNames();

/** Name of the instruction whatever the fork. */
export const nameOf = (op: number): string => NAMES[op] as string;

const TEXTS: Readonly<Record<number, string>> = {
  [STATUS_REVERT]: 'execution reverted',
  [STATUS_OUT_OF_GAS]: 'out of gas',
  [STATUS_BAD_JUMP]: 'invalid jump destination',
  [STATUS_STATIC]: 'write protection',
  [STATUS_RETURN_DATA]: 'return data out of bounds',
  [STATUS_COLLISION]: 'contract address collision',
  [STATUS_BAD_CODE]: 'invalid code: must not begin with 0xef',
  [STATUS_PRECOMPILE]: 'precompiled failed',
  [STATUS_CALL_DEPTH]: 'max call depth exceeded',
  [STATUS_BALANCE]: 'insufficient balance for transfer',
  [STATUS_NONCE]: 'nonce uint64 overflow',
};

/** Why an event's frame failed; undefined: it did not. `table`: the instructions of its fork. */
export function errorOf(events: Views, at: number, table: readonly (Instruction | undefined)[]): string | undefined {
  const status = byteAt(events, at + EV_STATUS);
  if (status <= STATUS_RETURN) return undefined;
  const op = byteAt(events, at + EV_OP);
  if (status === STATUS_INVALID_OPCODE) return `invalid opcode: ${nameOf(op)}`;
  if (status === STATUS_STACK) return stackError(events.data.getUint16(at + EV_LAST_HEIGHT, true), table[op]);
  if (status === STATUS_OUT_OF_GAS && byteAt(events, at + EV_CODE_STATUS) === STATUS_RETURN)
    return byteAt(events, at + EV_TOO_LONG) !== 0
      ? 'max code size exceeded'
      : 'contract creation code storage out of gas';
  return TEXTS[status] ?? `status ${status}`;
}

function stackError(height: number, instruction: Instruction | undefined): string {
  const { takes = 0, most = 0 } = instruction ?? {};
  return height < takes ? `stack underflow (${height} <=> ${takes})` : `stack limit reached ${height} (${most})`;
}
