// What a look-up in a trie lacked, kept in the slot's context until somebody wants to know: a node of which only the hash
// is known, or one whose bytes are no node.
import { context } from './context';
import {
  CTX_FULL,
  CTX_LACK,
  FULL_LACK,
  LACK_BYTES,
  LACK_DEPTH,
  LACK_HASH,
  LACK_KEY,
  LACK_OWNER,
  LACK_STATUS,
  STATE_FULL,
  STATE_LACK,
  STATUS_BAD_NODE,
  STATUS_MISSING_NODE,
  STATUS_STATE_FULL,
} from './layout';

/** True while the record says why the attempt is void: what its further look-ups lack is of no interest. */
function isTaken(): bool {
  return load<u32>(context, CTX_FULL) == FULL_LACK;
}

function note(status: i32, hash: usize, key: usize, depth: u32, owner: usize): void {
  if (isTaken()) return;
  const record = context + CTX_LACK;
  store<i32>(record, status, LACK_STATUS);
  store<u32>(record, <u32>owner, LACK_OWNER);
  store<u32>(record, depth, LACK_DEPTH);
  memory.copy(record + LACK_HASH, hash, 32); // 0: the zero page
  memory.copy(record + LACK_KEY, key, 32);
}

/** The node with this hash, `depth` nibbles of `key` below the root, is not there. */
export function lacksNode(hash: usize, key: usize, depth: u32, owner: usize): void {
  note(STATUS_MISSING_NODE, hash, key, depth, owner);
}

/** What lies there is no node. */
export function lacksSense(key: usize, depth: u32, owner: usize): void {
  note(STATUS_BAD_NODE, 0, key, depth, owner);
}

/** No memory is left for what the look-up found. */
export function lacksRoom(): void {
  note(STATUS_STATE_FULL, 0, 0, 0, 0);
}

/** STATUS_* of the last look-up that did not succeed. */
export function lackStatus(): i32 {
  return load<i32>(context + CTX_LACK, LACK_STATUS);
}

/** Ends the job with what the last look-up lacked. By the holder of the token. */
export function endForLack(state: usize): void {
  memory.copy(state + STATE_LACK, context + CTX_LACK, LACK_BYTES);
  store<i32>(state, lackStatus(), STATE_FULL);
}
