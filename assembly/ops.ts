// Instructions of a stream. An entry is a u64 or more: opcode u8, flags, then a u32 argument. EVM opcodes keep their
// numbers, with the code offset as argument (DUP, SWAP: the distance in bytes); what stands for several of them, or for
// one with its operand, uses numbers that no EVM opcode of a stream has, those of PUSH first.

/** Byte 1 of an entry that leaves or tests a truth value: 1 turns it round. */
export const OP_NEGATE: usize = 1;
/** Byte 2 of a jump's entry: 1 = its destination lies at or before it, so it asks for the abort word. */
export const OP_BACK: usize = 2;
/** Behind the first word of a jump's entry: code offset of the destination. Its argument is the segment, once known. */
export const OP_TO: usize = 8;

export const JUMPDEST: u32 = 0x5b;
export const INVALID: u32 = 0xfe;

// One word.
export const PUSH_SMALL: u32 = 0x60;
export const ADD_SMALL: u32 = 0x61;
export const SHL_BY: u32 = 0x62;
export const SHR_BY: u32 = 0x63;
export const SAR_BY: u32 = 0x64;
export const MLOAD_AT: u32 = 0x65;
export const MSTORE_AT: u32 = 0x66;
/** SWAP and POP: the top goes to the distance. */
export const PUT: u32 = 0x67;
export const POP_TWO: u32 = 0x68;
/** The next segment follows, without a jump. */
export const FALL: u32 = 0x69;
/** Not decoded any further: the argument is the offset. */
export const GO_ON: u32 = 0x6a;
export const CALLDATALOAD_AT: u32 = 0x6b;
// A limb behind the word.
export const PUSH_LIMB: u32 = 0x6c;
export const AND_LIMB: u32 = 0x6d;
export const EQ_LIMB: u32 = 0x6e;
/** DUP1 and EQ_LIMB. */
export const IS_LIMB: u32 = 0x6f;
export const PUSH_TWO: u32 = 0x70;
// Four limbs behind the word.
export const PUSH_WORD: u32 = 0x71;
export const ADD_WORD: u32 = 0x72;
export const AND_WORD: u32 = 0x73;
// Jumps: OP_TO behind the word.
export const GOTO: u32 = 0x74;
/** JUMPI on a value, and on a comparison of two. */
export const BRANCH: u32 = 0x75;
export const BRANCH_LT: u32 = 0x76;
export const BRANCH_GT: u32 = 0x77;
export const BRANCH_SLT: u32 = 0x78;
export const BRANCH_SGT: u32 = 0x79;
export const BRANCH_EQ: u32 = 0x7a;
/** IS_LIMB and JUMPI; the limb lies behind OP_TO. */
export const BRANCH_IS: u32 = 0x7b;
