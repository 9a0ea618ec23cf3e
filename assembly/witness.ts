// Parts of a witness, each loaded by whoever has claimed it: nodes and codes lie in memory as they came, or as hex texts
// behind one another, and are found by their hashes when that is done.
//
// Correct with any number of slots at once: a part is one slot's, entries are complete before a directory has them, and
// directories take new ones by compare-and-swap. Doing a part again, which a slot that died had begun, writes the same
// bytes and finds its own entries there. A part with a text that is none stays undone: the caller says which it is.
import { codeObjectBytes, codeObjectFill } from './code';
import { hexToBytes } from './hextext';
import {
  CODE_LENGTH,
  CODE_START,
  PART_BYTES,
  PART_CODE_UNIT,
  PART_DONE,
  PART_FROM,
  PART_HAS_CODES,
  PART_TEXT,
  PART_TO,
  RAW_BYTES,
  RAW_RLP,
  SOURCE_NODES,
  STATE_SOURCE,
} from './layout';
import { indexNode } from './mptstore';
import { shareCode } from './state';

/** Bytes of the text of so many bytes: 0x and two digits each. */
function textBytes(length: u32): u32 {
  return 2 + 2 * length;
}

/** Hashes the nodes of [from, to), of which the lengths are there, and puts them into the directory. */
function loadNodes(nodes: usize, from: usize, to: usize, text: usize): bool {
  while (from < to) {
    const bytes = load<u32>(from, RAW_BYTES);
    if (text != 0) {
      if (!hexToBytes(from + RAW_RLP, text, bytes)) return false;
      text += textBytes(bytes);
    }
    indexNode(nodes, from);
    from += (RAW_RLP + bytes + 7) & ~7;
  }
  return true;
}

/** Completes the code objects of [from, to), of which the lengths are there, and publishes them. */
function loadCodes(state: usize, from: usize, to: usize, text: usize): bool {
  while (from < to) {
    const length = load<u32>(from, CODE_LENGTH);
    if (text != 0) {
      if (!hexToBytes(from + CODE_START, text, length)) return false;
      text += textBytes(length);
    }
    codeObjectFill(from, from + CODE_START, length);
    shareCode(state, from);
    from += (codeObjectBytes(length) + PART_CODE_UNIT - 1) & ~(PART_CODE_UNIT - 1);
  }
  return true;
}

/** Loads part number `part` of those at `parts`. The directories have room. */
export function loadPart(state: usize, parts: usize, part: u32): void {
  const at = parts + <usize>part * PART_BYTES;
  const from: usize = load<u32>(at, PART_FROM);
  const to: usize = load<u32>(at, PART_TO);
  const text: usize = load<u32>(at, PART_TEXT);
  const isDone =
    load<u32>(at, PART_HAS_CODES) != 0
      ? loadCodes(state, from, to, text)
      : loadNodes(load<u32>(state, STATE_SOURCE) + SOURCE_NODES, from, to, text);
  if (isDone) atomic.store<u32>(at, 1, PART_DONE);
}
