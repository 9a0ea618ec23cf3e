// The opcode table as facts: stack items taken and given, base gas. A fork is the fork before it plus its lines. Gas that
// depends on operands or on what is warm is the handlers' business (assembly/interpreter.ts).
import { STACK_LIMIT_BYTES } from '../../assembly/layout.ts';

/** Opcode, items taken, items given, base gas. */
type Row = readonly [op: number, takes: number, gives: number, gas: number];

const range = (from: number, to: number, row: (i: number) => Row): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(i));

/** Gas by table is that before EIP-2929: from Berlin on the handlers charge by warmth where a row says 0. */
const CHAINSTART: Row[] = [
  [0x00, 0, 0, 0], // STOP
  [0x01, 2, 1, 3], // ADD
  [0x02, 2, 1, 5], // MUL
  [0x03, 2, 1, 3], // SUB
  [0x04, 2, 1, 5], // DIV
  [0x05, 2, 1, 5], // SDIV
  [0x06, 2, 1, 5], // MOD
  [0x07, 2, 1, 5], // SMOD
  [0x08, 3, 1, 8], // ADDMOD
  [0x09, 3, 1, 8], // MULMOD
  [0x0a, 2, 1, 10], // EXP
  [0x0b, 2, 1, 5], // SIGNEXTEND
  ...range(0x10, 0x14, (i): Row => [0x10 + i, 2, 1, 3]), // LT GT SLT SGT EQ
  [0x15, 1, 1, 3], // ISZERO
  ...range(0x16, 0x18, (i): Row => [0x16 + i, 2, 1, 3]), // AND OR XOR
  [0x19, 1, 1, 3], // NOT
  [0x1a, 2, 1, 3], // BYTE
  [0x20, 2, 1, 30], // KECCAK256
  [0x30, 0, 1, 2], // ADDRESS
  [0x31, 1, 1, 20], // BALANCE
  [0x32, 0, 1, 2], // ORIGIN
  [0x33, 0, 1, 2], // CALLER
  [0x34, 0, 1, 2], // CALLVALUE
  [0x35, 1, 1, 3], // CALLDATALOAD
  [0x36, 0, 1, 2], // CALLDATASIZE
  [0x37, 3, 0, 3], // CALLDATACOPY
  [0x38, 0, 1, 2], // CODESIZE
  [0x39, 3, 0, 3], // CODECOPY
  [0x3a, 0, 1, 2], // GASPRICE
  [0x3b, 1, 1, 20], // EXTCODESIZE
  [0x3c, 4, 0, 20], // EXTCODECOPY
  [0x40, 1, 1, 20], // BLOCKHASH
  ...range(0x41, 0x45, (i): Row => [0x41 + i, 0, 1, 2]), // COINBASE TIMESTAMP NUMBER DIFFICULTY GASLIMIT
  [0x50, 1, 0, 2], // POP
  [0x51, 1, 1, 3], // MLOAD
  [0x52, 2, 0, 3], // MSTORE
  [0x53, 2, 0, 3], // MSTORE8
  [0x54, 1, 1, 50], // SLOAD
  [0x55, 2, 0, 0], // SSTORE
  [0x56, 1, 0, 8], // JUMP
  [0x57, 2, 0, 10], // JUMPI
  [0x58, 0, 1, 2], // PC
  [0x59, 0, 1, 2], // MSIZE
  [0x5a, 0, 1, 2], // GAS
  [0x5b, 0, 0, 1], // JUMPDEST
  ...range(0x60, 0x7f, (i): Row => [0x60 + i, 0, 1, 3]), // PUSH1 to PUSH32
  ...range(0x80, 0x8f, (i): Row => [0x80 + i, i + 1, i + 2, 3]), // DUP1 to DUP16
  ...range(0x90, 0x9f, (i): Row => [0x90 + i, i + 2, i + 2, 3]), // SWAP1 to SWAP16
  ...range(0xa0, 0xa4, (i): Row => [0xa0 + i, i + 2, 0, 375 * (i + 1)]), // LOG0 to LOG4
  [0xf0, 3, 1, 32000], // CREATE
  [0xf1, 7, 1, 40], // CALL
  [0xf2, 7, 1, 40], // CALLCODE
  [0xf3, 2, 0, 0], // RETURN
  [0xff, 1, 0, 0], // SELFDESTRUCT
];

/** Opcodes that came or changed with a fork. */
const CHANGES: Readonly<Record<string, readonly Row[]>> = {
  chainstart: CHAINSTART,
  homestead: [
    [0xf4, 6, 1, 40], // DELEGATECALL, EIP-7
  ],
  // EIP-150
  tangerineWhistle: [
    [0x31, 1, 1, 400], // BALANCE
    [0x3b, 1, 1, 700], // EXTCODESIZE
    [0x3c, 4, 0, 700], // EXTCODECOPY
    [0x54, 1, 1, 200], // SLOAD
    [0xf1, 7, 1, 700], // CALL
    [0xf2, 7, 1, 700], // CALLCODE
    [0xf4, 6, 1, 700], // DELEGATECALL
    [0xff, 1, 0, 5000], // SELFDESTRUCT
  ],
  byzantium: [
    [0x3d, 0, 1, 2], // RETURNDATASIZE, EIP-211
    [0x3e, 3, 0, 3], // RETURNDATACOPY
    [0xfa, 6, 1, 700], // STATICCALL, EIP-214
    [0xfd, 2, 0, 0], // REVERT, EIP-140
  ],
  constantinople: [
    ...range(0x1b, 0x1d, (i): Row => [0x1b + i, 2, 1, 3]), // SHL SHR SAR, EIP-145
    [0x3f, 1, 1, 400], // EXTCODEHASH, EIP-1052
    [0xf5, 4, 1, 32000], // CREATE2, EIP-1014
  ],
  istanbul: [
    [0x31, 1, 1, 700], // BALANCE, EIP-1884
    [0x3f, 1, 1, 700], // EXTCODEHASH
    [0x46, 0, 1, 2], // CHAINID, EIP-1344
    [0x47, 0, 1, 5], // SELFBALANCE
    [0x54, 1, 1, 800], // SLOAD
  ],
  // EIP-2929: by warmth
  berlin: [
    [0x31, 1, 1, 0], // BALANCE
    [0x3b, 1, 1, 0], // EXTCODESIZE
    [0x3c, 4, 0, 0], // EXTCODECOPY
    [0x3f, 1, 1, 0], // EXTCODEHASH
    [0x54, 1, 1, 0], // SLOAD
    [0xf1, 7, 1, 0], // CALL
    [0xf2, 7, 1, 0], // CALLCODE
    [0xf4, 6, 1, 0], // DELEGATECALL
    [0xfa, 6, 1, 0], // STATICCALL
  ],
  london: [
    [0x48, 0, 1, 2], // BASEFEE, EIP-3198
  ],
  shanghai: [
    [0x5f, 0, 1, 2], // PUSH0, EIP-3855
  ],
  cancun: [
    [0x49, 1, 1, 3], // BLOBHASH, EIP-4844
    [0x4a, 0, 1, 2], // BLOBBASEFEE, EIP-7516
    [0x5c, 1, 1, 100], // TLOAD, EIP-1153
    [0x5d, 2, 0, 100], // TSTORE
    [0x5e, 3, 0, 3], // MCOPY, EIP-5656
  ],
  osaka: [
    [0x1e, 1, 1, 5], // CLZ, EIP-7939
  ],
};

/** An opcode that the fork does not have: no stack is deep enough for it. */
const UNDEFINED = 0x0000_0000_ffff_0000n;

const entry = ([, takes, gives, gas]: Row): bigint => {
  const growth = 32 * (gives - takes);
  const most = STACK_LIMIT_BYTES - Math.max(0, growth);
  return (
    BigInt(gas) | (BigInt(32 * takes) << 16n) | (BigInt(most) << 32n) | (BigInt.asUintN(16, BigInt(growth)) << 48n)
  );
};

/** The 256 table entries (gas u16, least and most stack bytes u16, growth in bytes i16) after the changes of `forks`, in order. */
export function opcodeTable(forks: readonly string[]): BigUint64Array {
  const table = new BigUint64Array(256).fill(UNDEFINED);
  for (const fork of forks) for (const row of CHANGES[fork] ?? []) table[row[0]] = entry(row);
  return table;
}
