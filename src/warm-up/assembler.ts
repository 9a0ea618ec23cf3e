// EVM assembly as text: mnemonics, hex literals (pushed with as few bytes as they have), `name:` for a jump destination
// and `@name` to push it. Just what the programs of the warm-up need.

const OPCODES: Readonly<Record<string, number>> = {
  ...{ STOP: 0x00, ADD: 0x01, MUL: 0x02, SUB: 0x03, DIV: 0x04, SDIV: 0x05, MOD: 0x06, SMOD: 0x07, ADDMOD: 0x08 },
  ...{ MULMOD: 0x09, EXP: 0x0a, SIGNEXTEND: 0x0b, LT: 0x10, GT: 0x11, SLT: 0x12, SGT: 0x13, EQ: 0x14, ISZERO: 0x15 },
  ...{ AND: 0x16, OR: 0x17, XOR: 0x18, NOT: 0x19, BYTE: 0x1a, SHL: 0x1b, SHR: 0x1c, SAR: 0x1d, KECCAK256: 0x20 },
  ...{ ADDRESS: 0x30, BALANCE: 0x31, CALLER: 0x33, CALLVALUE: 0x34, CALLDATALOAD: 0x35, CALLDATASIZE: 0x36 },
  ...{ CALLDATACOPY: 0x37, CODESIZE: 0x38, CODECOPY: 0x39, EXTCODESIZE: 0x3b, EXTCODEHASH: 0x3f, TIMESTAMP: 0x42 },
  ...{ RETURNDATASIZE: 0x3d, RETURNDATACOPY: 0x3e, SELFBALANCE: 0x47, POP: 0x50, MLOAD: 0x51, MSTORE: 0x52 },
  ...{ MSTORE8: 0x53, SLOAD: 0x54, SSTORE: 0x55, JUMP: 0x56, JUMPI: 0x57, GAS: 0x5a, TLOAD: 0x5c, TSTORE: 0x5d },
  ...{ MCOPY: 0x5e, PUSH0: 0x5f, LOG0: 0xa0, LOG1: 0xa1, LOG2: 0xa2, LOG3: 0xa3, CREATE: 0xf0, CALL: 0xf1 },
  ...{ RETURN: 0xf3, DELEGATECALL: 0xf4, CREATE2: 0xf5, STATICCALL: 0xfa, REVERT: 0xfd, SELFDESTRUCT: 0xff },
};

const JUMPDEST = 0x5b;
const PUSH0 = 0x5f;
const PUSH2 = 0x61;
const FAMILIES: readonly [RegExp, number][] = [
  [/^DUP(\d+)$/, 0x7f],
  [/^SWAP(\d+)$/, 0x8f],
];

function opcode(word: string): number {
  const known = OPCODES[word];
  if (known !== undefined) return known;
  for (const [form, base] of FAMILIES) {
    const number = form.exec(word)?.[1];
    if (number !== undefined) return base + Number(number);
  }
  throw new Error(`no instruction ${word}`);
}

function push(hex: string): number[] {
  const bytes = hex.match(/../g) ?? [];
  return [PUSH0 + bytes.length, ...bytes.map((byte) => Number.parseInt(byte, 16))];
}

/** The byte code of a program. */
export function assemble(program: string): Uint8Array {
  const code: number[] = [];
  const labels = new Map<string, number>();
  const jumps: [at: number, label: string][] = [];
  for (const word of program.trim().split(/\s+/)) {
    if (word.endsWith(':')) {
      labels.set(word.slice(0, -1), code.length);
      code.push(JUMPDEST);
    } else if (word.startsWith('@')) {
      jumps.push([code.length + 1, word.slice(1)]);
      code.push(PUSH2, 0, 0);
    } else if (/^([0-9a-f]{2})+$/.test(word)) code.push(...push(word));
    else code.push(opcode(word));
  }
  for (const [at, label] of jumps) {
    const target = labels.get(label);
    if (target === undefined) throw new Error(`no label ${label}`);
    code[at] = target >>> 8;
    code[at + 1] = target & 0xff;
  }
  return Uint8Array.from(code);
}
