// Constant byte strings (data segments): the keccak-256 of nothing, and the callers and targets of system calls as limbs.

/** keccak256(''), big-endian. */
const EMPTY_CODE: StaticArray<u8> = [
  0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00, 0xb6,
  0x53, 0xca, 0x82, 0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70,
];
export const EMPTY_CODE_HASH: usize = changetype<usize>(EMPTY_CODE);

/** 0xfffffffffffffffffffffffffffffffffffffffe, the caller of system calls (EIP-4788). */
const SYSTEM: StaticArray<u64> = [0xfffffffffffffffe, 0xffffffffffffffff, 0x00000000ffffffff, 0];
export const SYSTEM_ADDRESS: usize = changetype<usize>(SYSTEM);

/** Targets by SYSTEM_*: EIP-4788, EIP-2935, EIP-7002, EIP-7251. */
const TARGETS: StaticArray<u64> = [
  0xb8bb8522d0beac02,
  0xd732807ef1319fb7,
  0x00000000000f3df6,
  0, // 0x000f3df6d732807ef1319fb7b8bb8522d0beac02
  0x335b175320002935,
  0x27f1c53a10cb7a02,
  0x000000000000f908,
  0, // 0x0000f90827f1c53a10cb7a02335b175320002935
  0xd83579a64c007002,
  0xef480eb55e80d19a,
  0x0000000000000961,
  0, // 0x00000961ef480eb55e80d19ad83579a64c007002
  0x8b00f3a590007251,
  0xc7ce488642fb579f,
  0x000000000000bbdd,
  0, // 0x0000bbddc7ce488642fb579f8b00f3a590007251
];
export const SYSTEM_TARGETS: usize = changetype<usize>(TARGETS);
