// Streams: code as the interpreter runs it, decoded when it is first reached (decode.ts) and kept in an area of the slot's
// own, so nobody has to publish anything. A view stands for one code under the rules of one fork and knows the segments
// that were decoded so far; only jumps and the returns of calls look them up.
//
// When the area is full it starts anew: directory, views and segments go together, and the frames that point into it
// find their way back by code object and offset.

import {
  CTX_FRAME,
  CTX_FRAMES,
  CTX_MEMORY_END,
  CTX_SPEC,
  CTX_STATE,
  CTX_STREAMS,
  CTX_STREAMS_END,
  CTX_STREAMS_EPOCH,
  CTX_STREAMS_NEXT,
  FR_BITMAP,
  FR_BYTES,
  FR_CODE,
  FR_CODE_BYTES,
  FR_CODE_OBJECT,
  FR_SEGMENT,
  FR_VIEW,
  STATE_STAMP,
  VIEW_BITMAP,
  VIEW_BUCKET_NEXT,
  VIEW_BUCKETS,
  VIEW_BYTES,
  VIEW_CODE,
  VIEW_CODE_BYTES,
  VIEW_FIRST,
  VIEW_OBJECT,
  VIEW_SEGMENTS,
  VIEW_SPEC,
  VIEW_STAMP,
} from './layout';

const DIRECTORY_BYTES: u32 = VIEW_BUCKETS << 2;
const MIX: u32 = 0x9e3779b1; // 2^32 / golden ratio

/** Gives the context [at, at + bytes) for its streams. */
export function placeStreams(ctx: usize, at: u32, bytes: u32): void {
  store<u32>(ctx, at, CTX_STREAMS);
  store<u32>(ctx, at + bytes, CTX_STREAMS_END);
  clear(ctx);
}

function clear(ctx: usize): void {
  const at = load<u32>(ctx, CTX_STREAMS);
  memory.fill(at, 0, DIRECTORY_BYTES);
  store<u32>(ctx, at + DIRECTORY_BYTES, CTX_STREAMS_NEXT);
  store<u32>(ctx, load<u32>(ctx, CTX_STREAMS_EPOCH) + 1, CTX_STREAMS_EPOCH);
}

/** Starts the area anew, in the middle of a run. */
export function restartStreams(ctx: usize): void {
  clear(ctx);
  const innermost: usize = load<u32>(ctx, CTX_FRAME);
  for (let frame: usize = load<u32>(ctx, CTX_FRAMES); frame <= innermost; frame += FR_BYTES) {
    store<u32>(frame, 0, FR_VIEW);
    store<u32>(frame, 0, FR_SEGMENT);
  }
}

/** Bytes that are left in the area. */
export function streamsLeft(ctx: usize): u32 {
  return load<u32>(ctx, CTX_STREAMS_END) - load<u32>(ctx, CTX_STREAMS_NEXT);
}

export class View {
  /** Segments by the rank of their destination: the destinations in the 64-byte groups before, then those before it in its own. */
  @inline static slot(view: usize, to: u32): usize {
    const group = load<u64>(load<u32>(view, VIEW_BITMAP) + ((to >> 6) << 3));
    const before = load<u32>(view + ((to >> 6) << 2), VIEW_BYTES);
    const rank = before + <u32>popcnt<u64>(group & (((<u64>1) << (<u64>to & 63)) - 1));
    return load<u32>(view, VIEW_SEGMENTS) + (rank << 2);
  }
  @inline static setSegment(view: usize, to: u32, segment: usize): void {
    store<u32>(View.slot(view, to), <u32>segment);
  }
  @inline static isDestination(view: usize, to: u32): bool {
    if (to >= load<u32>(view, VIEW_CODE_BYTES)) return false;
    return ((load<u8>(load<u32>(view, VIEW_BITMAP) + (to >> 3)) >> (to & 7)) & 1) != 0;
  }
}

function bucketOf(ctx: usize, object: u32): usize {
  return load<u32>(ctx, CTX_STREAMS) + ((((object >> 6) * MIX) >> 22) << 2);
}

/** Code that the attempt itself has made lies in the arena, where the next attempt may put another one. */
function isLasting(ctx: usize, object: u32): bool {
  return object != 0 && (object < <u32>ctx || object >= load<u32>(ctx, CTX_MEMORY_END));
}

function findView(ctx: usize, object: u32): usize {
  const spec = load<u32>(ctx, CTX_SPEC);
  const stamp = load<u32>(load<u32>(ctx, CTX_STATE), STATE_STAMP);
  let view: usize = load<u32>(bucketOf(ctx, object));
  for (; view != 0; view = load<u32>(view, VIEW_BUCKET_NEXT)) {
    if (load<u32>(view, VIEW_OBJECT) != object) continue;
    if (load<u32>(view, VIEW_SPEC) == spec && load<u32>(view, VIEW_STAMP) == stamp) return view;
  }
  return 0;
}

function addView(ctx: usize, view: usize, object: u32): void {
  const bucket = bucketOf(ctx, object);
  store<u32>(view, object, VIEW_OBJECT);
  store<u32>(view, load<u32>(ctx, CTX_SPEC), VIEW_SPEC);
  store<u32>(view, load<u32>(load<u32>(ctx, CTX_STATE), STATE_STAMP), VIEW_STAMP);
  store<u32>(view, load<u32>(bucket), VIEW_BUCKET_NEXT);
  store<u32>(bucket, <u32>view);
}

/** Fills in the running counts of destinations behind the view; returns their total. */
function countDestinations(view: usize, bitmap: usize, groups: u32): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < groups; i++) {
    store<u32>(view + (i << 2), total, VIEW_BYTES);
    total += <u32>popcnt<u64>(load<u64>(bitmap + (i << 3)));
  }
  return total;
}

/** Makes a view of the frame's code in the room that is left; 0 if it does not fit. */
function makeView(ctx: usize, frame: usize): usize {
  const bytes = load<u32>(frame, FR_CODE_BYTES);
  const bitmap: usize = load<u32>(frame, FR_BITMAP);
  const view: usize = load<u32>(ctx, CTX_STREAMS_NEXT);
  const groups = (bytes >> 6) + 1;
  const fixed: u32 = (VIEW_BYTES + (groups << 2) + 7) & ~7;
  if (fixed > streamsLeft(ctx)) return 0;
  const destinations = countDestinations(view, bitmap, groups);
  const behind: u32 = (destinations * 4 + 7) & ~7;
  if (behind > streamsLeft(ctx) - fixed) return 0;
  store<u32>(view, load<u32>(frame, FR_CODE), VIEW_CODE);
  store<u32>(view, bytes, VIEW_CODE_BYTES);
  store<u32>(view, <u32>bitmap, VIEW_BITMAP);
  store<u32>(view, 0, VIEW_FIRST);
  store<u32>(view, <u32>view + fixed, VIEW_SEGMENTS);
  memory.fill(view + fixed, 0, behind);
  store<u32>(ctx, <u32>view + fixed + behind, CTX_STREAMS_NEXT);
  return view;
}

/** The view of the frame's code; may start the area anew. 0: the arena is too small. */
export function viewOf(ctx: usize, frame: usize): usize {
  let view: usize = load<u32>(frame, FR_VIEW);
  if (view != 0) return view;
  const object = load<u32>(frame, FR_CODE_OBJECT);
  const lasts = isLasting(ctx, object);
  if (lasts) view = findView(ctx, object);
  if (view == 0) {
    view = makeView(ctx, frame);
    if (view == 0) {
      restartStreams(ctx);
      view = makeView(ctx, frame);
      if (view == 0) return 0;
    }
    if (lasts) addView(ctx, view, object);
  }
  store<u32>(frame, <u32>view, FR_VIEW);
  return view;
}
