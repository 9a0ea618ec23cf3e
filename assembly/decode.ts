// Decodes code into segments: straight runs of instructions whose base gas and stack needs are summed up, to be checked
// once where a segment is entered. What the sum may not reach beyond ends a segment: jumps and their destinations, and
// what depends on the gas that is left (GAS, SSTORE, calls and creations). Between two such points gas is only taken, so
// when it does not suffice the frame fails, and whatever the instructions in between did is undone with it.
//
// Decoding starts where execution arrives and ends where it may leave, so code that is never reached costs nothing. What
// is decoded next mostly lies where execution goes next.

import { Scratch } from './context';
import {
  Emit,
  emitPushes,
  emitWithSecond,
  emitWithTop,
  foldsTwo,
  foldTwo,
  MOST_HELD,
  swapWords,
  takesConstant,
} from './folding';
import {
  CTX_SPEC,
  CTX_STREAMS_EPOCH,
  CTX_STREAMS_NEXT,
  FR_CODE,
  FR_PC,
  FR_SEGMENT,
  FR_VIEW,
  SCRATCH_DECODE,
  SEG_BYTES,
  SEG_GAS,
  SEG_LEAST,
  SEG_PC,
  SEG_RANGE,
  STACK_LIMIT_BYTES,
  STATUS_INVALID_OPCODE,
  STATUS_OUT_OF_GAS,
  STATUS_STACK,
  VIEW_CODE,
  VIEW_CODE_BYTES,
  VIEW_FIRST,
} from './layout';
import {
  BRANCH,
  BRANCH_EQ,
  BRANCH_GT,
  BRANCH_IS,
  BRANCH_LT,
  BRANCH_SGT,
  BRANCH_SLT,
  EQ_LIMB,
  FALL,
  GO_ON,
  GOTO,
  INVALID,
  IS_LIMB,
  JUMPDEST,
  OP_BACK,
  OP_NEGATE,
  OP_TO,
  POP_TWO,
  PUT,
} from './ops';
import { restartStreams, streamsLeft, View, viewOf } from './streams';
import { IS_TRACING } from './trace';
import * as u256 from './u256';
import { Words } from './u256words';

/** What one instruction can emit: constants, itself, and the end of its segment. */
const MOST_ENTRY_BYTES: u32 = 512;
const LEAST_ROOM: u32 = 4096;
/** Segments end before their gas does not fit 32 bits. */
const MOST_GAS: u64 = 1 << 30;
/** Least stack bytes in the opcode table that say that there is no such instruction. */
const UNDEFINED: u32 = 0xffff;

const ISZERO: u32 = 0x15;
const NOT: u32 = 0x19;
const EQ: u32 = 0x14;
const CODESIZE: u32 = 0x38;
const POP: u32 = 0x50;
const JUMP: u32 = 0x56;
const JUMPI: u32 = 0x57;
const PC: u32 = 0x58;
const PUSH0: u32 = 0x5f;
const DUP1: u32 = 0x80;
const SWAP1: u32 = 0x90;

/** True for what may stop the run and be repeated: it begins a segment, so that this can be entered again. */
function beginsSegment(op: u32): bool {
  return op == JUMPDEST || op == 0x3b || op == 0x3c || op == 0x40;
}

/** True for what ends a run of segments. */
function endsRun(op: u32): bool {
  return op == 0x00 || op == 0x56 || op == 0xf3 || op == 0xfd || op == 0xff;
}

/** True for what depends on the gas that is left: it ends its segment. */
function endsSegment(op: u32): bool {
  return op == 0x5a || op == 0x55 || op == 0xf0 || op == 0xf1 || op == 0xf2 || op == 0xf4 || op == 0xf5 || op == 0xfa;
}

/** The branch that a comparison at `last` and a JUMPI make, BRANCH if there is none. */
function branchOn(last: usize): u32 {
  switch (<u32>load<u8>(last)) {
    case 0x10:
      return BRANCH_LT;
    case 0x11:
      return BRANCH_GT;
    case 0x12:
      return BRANCH_SLT;
    case 0x13:
      return BRANCH_SGT;
    case 0x14:
      return BRANCH_EQ;
    case IS_LIMB:
      return BRANCH_IS;
    default:
      return BRANCH;
  }
}

/** True for an entry that leaves a truth value and can turn it round. */
function isTest(last: usize): bool {
  const op = <u32>load<u8>(last);
  return (op >= 0x10 && op <= 0x15) || op == EQ_LIMB || op == IS_LIMB;
}

function negate(last: usize): void {
  store<u8>(last, load<u8>(last, OP_NEGATE) ^ 1, OP_NEGATE);
}

/** A JUMP to a known destination. */
function emitGoto(out: usize, pc: u32, to: u32): usize {
  store<u64>(Emit.word(out, GOTO, 0), <u64>to);
  if (to <= pc) store<u8>(out, 1, OP_BACK);
  return out + 16;
}

/** A JUMPI to a known destination, which takes over the test that `last`, the entry before it (0: another one), makes. */
function emitBranch(out: usize, last: usize, pc: u32, to: u32): usize {
  let op = BRANCH;
  let at = out;
  let turned: u8 = 0;
  let limb: u64 = 0;
  if (last != 0 && isTest(last)) {
    op = branchOn(last);
    turned = load<u8>(last, OP_NEGATE);
    if (op == BRANCH_IS) limb = load<u64>(last, 8);
    if (op != BRANCH || load<u8>(last) == 0x15) {
      at = last;
      if (op == BRANCH) turned ^= 1;
    } else {
      turned = 0;
    }
  }
  store<u64>(Emit.word(at, op, 0), <u64>to);
  store<u64>(at, limb, 16);
  store<u8>(at, turned, OP_NEGATE);
  if (to <= pc) store<u8>(at, 1, OP_BACK);
  return op == BRANCH_IS ? at + 24 : at + 16;
}

function closeHead(segment: usize, start: u32, gas: u64, least: i32, most: i32): void {
  const never = least > STACK_LIMIT_BYTES || most < least;
  store<u32>(segment, <u32>gas, SEG_GAS);
  store<u32>(segment, start, SEG_PC);
  store<u16>(segment, never ? 0xffff : <u16>least, SEG_LEAST);
  store<u16>(segment, never ? 0 : <u16>(most - least), SEG_RANGE);
}

/** Where decoding stops until execution gets there: a segment of a single GO_ON, in whose place the code's own may come. */
function emitGoOn(segment: usize, pc: u32): usize {
  closeHead(segment, pc, 0, 0, STACK_LIMIT_BYTES);
  const out = segment + SEG_BYTES;
  store<u64>(Emit.word(out, GO_ON, 0), <u64>pc);
  return out + 16;
}

function emitSwap(out: usize): usize {
  return Emit.word(out, SWAP1, 32);
}

/** The first instructions of a segment whose code was decoded before: go there. */
function emitKnown(out: usize, segment: u32, pc: u32): usize {
  store<u64>(Emit.word(out, GOTO, segment), <u64>pc);
  return out + 16;
}

/** Where a constant destination lies, -1 if it is none. */
function destinationOf(view: usize, word: usize): i64 {
  if (!u256.fitsU64(word) || load<u64>(word) >= <u64>load<u32>(view, VIEW_CODE_BYTES)) return -1;
  const to = load<u32>(word);
  return View.isDestination(view, to) ? <i64>to : -1;
}

/** An instruction without a constant, which may join the entry before it (`last`, 0: none). Returns what lies behind it. */
function emitPlain(out: usize, last: usize, op: u32, pc: u32): usize {
  if (op - DUP1 < 16) return Emit.word(out, op, (op - DUP1) << 5);
  if (op - SWAP1 < 16) return Emit.word(out, op, (op - SWAP1 + 1) << 5);
  if (last == 0) return Emit.word(out, op, pc);
  if (op == ISZERO && isTest(last)) {
    negate(last);
    return out;
  }
  if (op == POP) {
    const before: u32 = load<u8>(last);
    if (before - SWAP1 < 16) return Emit.word(last, PUT, load<u32>(last, 4));
    if (before == POP) return Emit.word(last, POP_TWO, 0);
  }
  return Emit.word(out, op, pc);
}

/** Decodes from `pc` on. Returns the first segment's address. */
export function decodeRun(ctx: usize, view: usize, pc: u32): usize {
  const spec: usize = load<u32>(ctx, CTX_SPEC);
  const code: usize = load<u32>(view, VIEW_CODE);
  const held = Scratch.at(SCRATCH_DECODE);
  const first: usize = load<u32>(ctx, CTX_STREAMS_NEXT);
  const end = first + streamsLeft(ctx) - MOST_ENTRY_BYTES;
  let out = first;
  let runs = true;
  while (runs) {
    const segment = out;
    const start = pc;
    let gas: u64 = 0;
    let height: i32 = 0;
    let least: i32 = 0;
    let most: i32 = STACK_LIMIT_BYTES;
    /** Constants that are held back. */
    let count: u32 = 0;
    /** The one constant lies below the top: PUSH and SWAP1. */
    let below = false;
    /** The entry before, if the next one may join it. */
    let last: usize = 0;
    out += SEG_BYTES;
    while (true) {
      const op: u32 = load<u8>(code + pc);
      const facts = load<u64>(spec + ((<usize>op) << 3));
      const takes = <u32>(facts >> 16) & 0xffff;
      const isAlone = IS_TRACING && pc != start;
      const isNone = takes == UNDEFINED && !isAlone;
      const isOver = isNone || out > end;
      if (isOver || isAlone || gas > MOST_GAS || (op < PUSH0 && pc != start && beginsSegment(op))) {
        out = emitPushes(out, held, count);
        if (below) out = emitSwap(out);
        const known = op == JUMPDEST && pc != start ? load<u32>(View.slot(view, pc)) : 0;
        if (isNone) out = Emit.word(out, INVALID, pc);
        else if (known != 0) out = emitKnown(out, known, pc);
        else out = Emit.word(out, FALL, pc);
        if (out > end && !isNone && known == 0) out = emitGoOn(out, pc);
        runs = !isOver && known == 0;
        break;
      }
      gas += facts & 0xffff;
      least = max<i32>(least, <i32>takes - height);
      most = min<i32>(most, (<i32>(facts >> 32) & 0xffff) - height);
      height += <i32>(<i16>(facts >> 48));
      if (below) {
        const at = emitWithSecond(out, op, held);
        count = 0;
        below = false;
        if (at != 0) {
          last = out;
          out = at;
          pc++;
          continue;
        }
        out = emitSwap(emitPushes(out, held, 1));
        last = 0;
      }
      if (op - PUSH0 <= 32 || op == PC || op == CODESIZE) {
        if (count == MOST_HELD) {
          out = emitPushes(out, held, count);
          count = 0;
          last = 0;
        }
        const word = held + (count << 5);
        const bytes = op - PUSH0;
        count++;
        if (bytes > 32) {
          Words.set64(word, op == PC ? <u64>pc : <u64>load<u32>(view, VIEW_CODE_BYTES));
          pc++;
          continue;
        }
        if (bytes > 8) u256.loadBytesBE(word, code + pc + 1, bytes);
        else Words.set64(word, bytes == 0 ? 0 : bswap<u64>(load<u64>(code + pc, 1)) >> (64 - (bytes << 3)));
        pc += bytes + 1;
        continue;
      }
      if (count != 0) {
        const top = held + ((count - 1) << 5);
        if (op - DUP1 < count && count < MOST_HELD) {
          u256.copy(top + 32, top - ((op - DUP1) << 5));
          count++;
          pc++;
          continue;
        }
        if (op == POP || op == ISZERO || op == NOT || (count >= 2 && (op == SWAP1 || foldsTwo(op)))) {
          if (op == ISZERO) u256.set64(top, u256.isZero(top) ? 1 : 0);
          else if (op == NOT) u256.not_(top, top);
          else if (op == SWAP1) swapWords(top, top - 32);
          else {
            if (op != POP) gas += foldTwo(op, top - 32, spec);
            count--;
          }
          pc++;
          continue;
        }
        if (op == SWAP1) {
          below = true;
          pc++;
          continue;
        }
        if (op == JUMP || op == JUMPI) {
          const to = destinationOf(view, top);
          if (to >= 0) {
            out = emitPushes(out, held, count - 1);
            if (op == JUMP) out = emitGoto(out, pc, <u32>to);
            else out = emitBranch(out, count == 1 ? last : 0, pc, <u32>to);
            pc++;
            if (op == JUMPI) out = emitGoOn(out, pc);
            runs = false;
            break;
          }
        } else if (takesConstant(op)) {
          const at = emitPushes(out, held, count - 1);
          const behind = emitWithTop(at, op, top);
          if (behind != 0) {
            if (op == EQ && count == 1 && last != 0 && load<u8>(last) == <u8>DUP1 && load<u8>(at) == <u8>EQ_LIMB) {
              store<u64>(Emit.word(last, IS_LIMB, 0), load<u64>(top));
              out = last + 16;
            } else {
              last = at;
              out = behind;
            }
            count = 0;
            pc++;
            continue;
          }
        }
        out = emitPushes(out, held, count);
        count = 0;
        last = 0;
      }
      if (op == JUMPDEST) {
        View.setSegment(view, pc, segment);
        pc++;
        continue;
      }
      const behind = emitPlain(out, last, op, pc);
      if (behind > out) last = out;
      else if (op != ISZERO) last = 0;
      out = behind;
      pc++;
      if (op - DUP1 < 32) continue;
      if (op == JUMPI) out = emitGoOn(out, pc);
      if (op == JUMPI || endsRun(op)) runs = false;
      else if (!endsSegment(op)) continue;
      break;
    }
    closeHead(segment, start, gas, least, most);
  }
  store<u32>(ctx, <u32>out, CTX_STREAMS_NEXT);
  return first;
}

/** The segment of the frame's code at `pc`, decoded anew; may start the area anew. 0: the arena is too small. */
export function segmentAt(ctx: usize, frame: usize, pc: u32): usize {
  let view = viewOf(ctx, frame);
  if (view == 0) return 0;
  if (streamsLeft(ctx) < LEAST_ROOM) {
    restartStreams(ctx);
    view = viewOf(ctx, frame);
    if (view == 0 || streamsLeft(ctx) < LEAST_ROOM) return 0;
  }
  return decodeRun(ctx, view, pc);
}

/** The segment that the frame goes on with. 0: the arena is too small. */
export function nextSegment(ctx: usize, frame: usize): usize {
  const known = load<u32>(frame, FR_SEGMENT);
  if (known != 0) return known;
  const pc = load<u32>(frame, FR_PC);
  if (pc != 0) return segmentAt(ctx, frame, pc);
  const view = viewOf(ctx, frame);
  if (view == 0) return 0;
  const entry = load<u32>(view, VIEW_FIRST);
  if (entry != 0) return entry;
  const made = segmentAt(ctx, frame, 0);
  if (made != 0) store<u32>(load<u32>(frame, FR_VIEW), <u32>made, VIEW_FIRST);
  return made;
}

/** The segment of a jump destination that was not reached before. 0: the arena is too small. */
export function arrive(ctx: usize, frame: usize, to: u32): usize {
  const view: usize = load<u32>(frame, FR_VIEW);
  const known = view == 0 ? 0 : load<u32>(View.slot(view, to));
  return known != 0 ? known : segmentAt(ctx, frame, to);
}

/**
 * The segment that a GO_ON stands for: in the place of its own if nothing was decoded since, else the entry becomes a
 * jump. 0: the arena is too small.
 */
export function goOn(ctx: usize, frame: usize, entry: usize): usize {
  const pc = load<u32>(entry, OP_TO);
  const epoch = load<u32>(ctx, CTX_STREAMS_EPOCH);
  const end = <u32>entry + 16;
  const next = load<u32>(ctx, CTX_STREAMS_NEXT);
  const known = View.isDestination(load<u32>(frame, FR_VIEW), pc)
    ? load<u32>(View.slot(load<u32>(frame, FR_VIEW), pc))
    : 0;
  if (known == 0 && next == end) store<u32>(ctx, <u32>entry - SEG_BYTES, CTX_STREAMS_NEXT);
  const segment = known != 0 ? known : segmentAt(ctx, frame, pc);
  if (segment != entry - SEG_BYTES && load<u32>(ctx, CTX_STREAMS_EPOCH) == epoch)
    store<u64>(entry, <u64>GOTO | ((<u64>segment) << 32));
  return segment;
}

/** The same for the jump whose entry is `jump`: the entry remembers it. */
export function resolve(ctx: usize, frame: usize, jump: usize): usize {
  const epoch = load<u32>(ctx, CTX_STREAMS_EPOCH);
  const segment = arrive(ctx, frame, load<u32>(jump, OP_TO));
  if (load<u32>(ctx, CTX_STREAMS_EPOCH) == epoch) store<u32>(jump, <u32>segment, 4);
  return segment;
}

/** Why a segment may not be entered with `used` bytes of stack and `gas`: what stops the first instruction that fails. */
export function faultOf(ctx: usize, frame: usize, segment: usize, used: u64, gas: i64): i32 {
  if (gas < 0) return STATUS_OUT_OF_GAS;
  const spec: usize = load<u32>(ctx, CTX_SPEC);
  const code: usize = load<u32>(frame, FR_CODE);
  const start = load<u32>(segment, SEG_PC);
  let pc = start;
  let op: u32;
  do {
    op = load<u8>(code + pc);
    const facts = load<u64>(spec + ((<usize>op) << 3));
    const takes = (facts >> 16) & 0xffff;
    if (takes == UNDEFINED) return STATUS_INVALID_OPCODE;
    if (used < takes || used > ((facts >> 32) & 0xffff)) return STATUS_STACK;
    gas -= <i64>(facts & 0xffff);
    used += <u64>(<i64>(<i16>(facts >> 48)));
    pc += op - PUSH0 <= 32 ? op - PUSH0 + 1 : 1;
  } while (gas >= 0 && !endsRun(op) && !endsSegment(op) && op != JUMPI && !beginsSegment(load<u8>(code + pc)));
  return STATUS_OUT_OF_GAS;
}
