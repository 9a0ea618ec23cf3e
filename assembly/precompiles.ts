// The precompiled contracts 0x01 to 0x11 and 0x100: what a call costs, how much room its output takes, and the call
// itself. Hashes run here, except long SHA-256 where the host has a faster one; everything on curves goes to the host's
// libraries through one synchronous import.
// The caller charges the gas first, reserves `precompileOutputBound` bytes at dst, then runs. Whether an address is active in
// a fork is the caller's question too. dst overlaps neither the input nor scratch.
import { blake2f } from './blake2f';
import { Scratch } from './context';
import { precompile } from './host';
import { keccak256 } from './keccak';
import {
  PC_BLAKE2F,
  PC_BLS_PAIRING,
  PC_BN_ADD,
  PC_BN_MUL,
  PC_BN_PAIRING,
  PC_ECRECOVER,
  PC_G1_ADD,
  PC_G1_MSM,
  PC_G2_ADD,
  PC_G2_MSM,
  PC_IDENTITY,
  PC_KZG,
  PC_MAP_FP,
  PC_MAP_FP2,
  PC_MODEXP,
  PC_P256,
  PC_RIPEMD160,
  PC_SHA256,
  SCRATCH_PRECOMPILE,
  SPEC_PC_BN_ADD,
  SPEC_PC_BN_MUL,
  SPEC_PC_BN_PAIR,
  SPEC_PC_BN_PAIRING,
  SPEC_PC_MODEXP_MAX,
  SPEC_PC_P256,
} from './layout';
import { fitsModexp, modexp } from './modexp';
import { modexpGas, modexpLength } from './modexpgas';
import { ripemd160 } from './ripemd160';
import { sha256 } from './sha256';

/** EIP-2537: price of k products in thousandths of k single ones; the last entry serves every larger k. */
const G1_DISCOUNT: StaticArray<u16> = [
  1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665, 661, 658, 654, 651,
  648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615, 613, 611, 609, 608, 606, 604, 603, 601,
  599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570,
  569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547,
  547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529, 528,
  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519,
];
const G2_DISCOUNT: StaticArray<u16> = [
  1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699, 693, 688, 683, 679,
  674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629, 627, 624, 622, 620, 618, 615, 613, 611,
  609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583, 582, 580, 579, 578, 576, 575,
  574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551,
  550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533, 532,
  532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524,
];
const G1_PAIR_BYTES: i32 = 160;
const G2_PAIR_BYTES: i32 = 288;
const BLS_PAIR_BYTES: i32 = 384;
const BN_PAIR_BYTES: i32 = 192;

class Price {
  @inline static words(len: i32, base: u64, word: u64): u64 {
    return base + word * ((<u64>len + 31) >> 5);
  }
  @inline static of(fork: usize, at: usize): u64 {
    return load<u32>(fork + at);
  }
  @inline static msm(pairs: u64, single: u64, discount: usize): u64 {
    if (pairs === 0) return 0;
    const at = (<usize>min<u64>(pairs, 128) - 1) << 1;
    return (pairs * single * <u64>load<u16>(discount + at)) / 1000;
  }
}

/** Gas of calling precompile `id`; the largest u64 where it is sure to exceed any gas limit. */
export function precompileGas(id: i32, src: usize, len: i32, fork: usize): u64 {
  switch (id) {
    case PC_ECRECOVER:
      return 3000;
    case PC_SHA256:
      return Price.words(len, 60, 12);
    case PC_RIPEMD160:
      return Price.words(len, 600, 120);
    case PC_IDENTITY:
      return Price.words(len, 15, 3);
    case PC_MODEXP:
      return modexpGas(src, len, fork);
    case PC_BN_ADD:
      return Price.of(fork, SPEC_PC_BN_ADD);
    case PC_BN_MUL:
      return Price.of(fork, SPEC_PC_BN_MUL);
    case PC_BN_PAIRING:
      return Price.of(fork, SPEC_PC_BN_PAIRING) + Price.of(fork, SPEC_PC_BN_PAIR) * <u64>(len / BN_PAIR_BYTES);
    case PC_BLAKE2F:
      return len === 213 ? bswap<u32>(load<u32>(src)) : 0;
    case PC_P256:
      return Price.of(fork, SPEC_PC_P256);
    default:
      return lateGas(id, len);
  }
}

/** Cancun's and Prague's precompiles, priced alike in every fork so far. */
function lateGas(id: i32, len: i32): u64 {
  switch (id) {
    case PC_KZG:
      return 50000;
    case PC_G1_ADD:
      return 375;
    case PC_G1_MSM:
      return Price.msm(<u64>(len / G1_PAIR_BYTES), 12000, changetype<usize>(G1_DISCOUNT));
    case PC_G2_ADD:
      return 600;
    case PC_G2_MSM:
      return Price.msm(<u64>(len / G2_PAIR_BYTES), 22500, changetype<usize>(G2_DISCOUNT));
    case PC_BLS_PAIRING:
      return 37700 + 32600 * <u64>(len / BLS_PAIR_BYTES);
    case PC_MAP_FP:
      return 5500;
    case PC_MAP_FP2:
      return 23800;
    default:
      return u64.MAX_VALUE;
  }
}

/** Most bytes that the call writes to its output. */
export function precompileOutputBound(id: i32, src: usize, len: i32): i32 {
  switch (id) {
    case PC_IDENTITY:
      return len;
    case PC_MODEXP:
      return <i32>min<u64>(modexpLength(src, len, 2), i32.MAX_VALUE);
    case PC_BN_ADD:
    case PC_BN_MUL:
    case PC_BLAKE2F:
    case PC_KZG:
      return 64;
    case PC_G1_ADD:
    case PC_G1_MSM:
    case PC_MAP_FP:
      return 128;
    case PC_G2_ADD:
    case PC_G2_MSM:
    case PC_MAP_FP2:
      return 256;
    default:
      return 32;
  }
}

/** The host recovers the public key; its hash, an address in a word, is taken here, where keccak is ten times faster. */
function ecrecover(src: usize, len: i32, dst: usize): i32 {
  const key = Scratch.at(SCRATCH_PRECOMPILE);
  const written = precompile(PC_ECRECOVER, src, len, key);
  if (written <= 0) return written;
  keccak256(key, 64, dst);
  memory.fill(dst, 0, 12);
  return 32;
}

/** From here on the host's SHA-256, where it has one, repays copying the input to it and calling it. */
const HOST_SHA256_BYTES: i32 = 1024;

function runSha256(src: usize, len: i32, dst: usize): i32 {
  if (len >= HOST_SHA256_BYTES && precompile(PC_SHA256, src, len, dst) === 32) return 32;
  sha256(src, len, dst);
  return 32;
}

/** Operands that are legal from Osaka on are done here, longer ones by the host. */
function runModexp(src: usize, len: i32, dst: usize, fork: usize): i32 {
  const longest = load<u32>(fork, SPEC_PC_MODEXP_MAX);
  if (longest !== 0) {
    for (let which = 0; which < 3; which++) if (modexpLength(src, len, which) > <u64>longest) return -1;
  }
  if (modexpLength(src, len, 2) === 0) return 0;
  return fitsModexp(src, len) ? modexp(src, len, dst) : precompile(PC_MODEXP, src, len, dst);
}

/** Runs precompile `id`. @returns output length; -1 = failure, all gas is gone; -2 = the host's library is not loaded */
export function runPrecompile(id: i32, src: usize, len: i32, dst: usize, fork: usize): i32 {
  switch (id) {
    case PC_ECRECOVER:
      return ecrecover(src, len, dst);
    case PC_SHA256:
      return runSha256(src, len, dst);
    case PC_RIPEMD160:
      memory.fill(dst, 0, 12);
      ripemd160(src, len, dst + 12);
      return 32;
    case PC_IDENTITY:
      memory.copy(dst, src, len);
      return len;
    case PC_MODEXP:
      return runModexp(src, len, dst, fork);
    case PC_BLAKE2F:
      return blake2f(src, len, dst);
    default:
      return precompile(id, src, len, dst);
  }
}
