// Parts of a witness, each loaded by whoever has claimed it: nodes and codes lie in memory as they came and are found by
// their hashes when that is done.
//
// Correct with any number of slots at once: a part is one slot's, entries are complete before a directory has them, and
// directories take new ones by compare-and-swap. Doing a part again, which a slot that died had begun, writes the same
// bytes and finds its own entries there.
import { codeObjectBytes, codeObjectFill } from './code';
import {
  CODE_LENGTH,
  CODE_START,
  PART_BYTES,
  PART_CODE_UNIT,
  PART_DONE,
  PART_FROM,
  PART_HAS_CODES,
  PART_TO,
  SOURCE_NODES,
  STATE_SOURCE,
} from './layout';
import { indexNodes } from './mptstore';
import { shareCode } from './state';

/** Completes the code objects of [from, to), of which the lengths and the bytes are there, and publishes them. */
function indexCodes(state: usize, from: usize, to: usize): void {
  while (from < to) {
    const length = load<u32>(from, CODE_LENGTH);
    codeObjectFill(from, from + CODE_START, length);
    shareCode(state, from);
    from += (codeObjectBytes(length) + PART_CODE_UNIT - 1) & ~(PART_CODE_UNIT - 1);
  }
}

/** Loads part number `part` of those at `parts`. The directories have room. */
export function loadPart(state: usize, parts: usize, part: u32): void {
  const at = parts + <usize>part * PART_BYTES;
  const from: usize = load<u32>(at, PART_FROM);
  const to: usize = load<u32>(at, PART_TO);
  if (load<u32>(at, PART_HAS_CODES) != 0) indexCodes(state, from, to);
  else indexNodes(load<u32>(state, STATE_SOURCE) + SOURCE_NODES, from, to);
  atomic.store<u32>(at, 1, PART_DONE);
}
