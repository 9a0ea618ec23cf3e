// The state root after a block or a transaction: what has changed by then, on the trie of the state before the block. That is the
// state's own one (tree), or the part of it that a source knows. Entries are keyed by keccak already, so nothing is hashed
// but nodes.
import { collectChanged } from './changed';
import {
  BLOCK_ROOT,
  BLOCK_SPEC,
  BLOCK_STATE_ROOT,
  FLAG_RECEIPT_ROOTS,
  OUT_HAS_STATE_ROOT,
  OUT_STATE_ROOT,
  ROOT_NEVER,
  ROOT_NOW,
  SPEC_FLAGS,
  STATE_FULL,
  STATE_SOURCE,
  STATE_TREE,
} from './layout';
import { putSourceRoot } from './sourceroot';
import { changeTree, putChangedRoot } from './treeroot';

function hasTrie(state: usize): bool {
  return (load<u32>(state, STATE_TREE) | load<u32>(state, STATE_SOURCE)) != 0;
}

/** Makes what is confirmed now a change of the state's tree, if it has one; hashes nothing. False: STATE_FULL says why. */
function changeTrie(state: usize): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (tree == 0) return true;
  const fits = changeTree(tree, collectChanged(state));
  if (!fits) store<u32>(state, 1, STATE_FULL);
  return fits;
}

/** The root that changeTrie has left to work out -> dst. False: STATE_FULL says why. */
function putRoot(state: usize, dst: usize): bool {
  const tree: usize = load<u32>(state, STATE_TREE);
  if (tree != 0) {
    putChangedRoot(tree, dst);
    return true;
  }
  return putSourceRoot(state, collectChanged(state), dst);
}

/**
 * The first half of a state root: changes the state's tree, whose dirty nodes may then be hashed by all slots. By the holder
 * of the token, after the last change. False: STATE_FULL says why.
 */
export function changeStateTrie(state: usize, block: usize): bool {
  if (load<u32>(state, STATE_FULL) != 0) return false;
  return load<u32>(block, BLOCK_ROOT) == ROOT_NEVER || changeTrie(state);
}

/**
 * The second half: writes BLOCK_STATE_ROOT, if the state has a trie and BLOCK_ROOT does not say otherwise. False: STATE_FULL
 * says why.
 */
export function putStateRoot(state: usize, block: usize): bool {
  return !hasTrie(state) || load<u32>(block, BLOCK_ROOT) != ROOT_NOW || putRoot(state, block + BLOCK_STATE_ROOT);
}

/**
 * Notes the state root after a transaction where its receipt holds it and the state has a trie. By the holder of the token,
 * when the transaction is confirmed. Blocks of those days are small: each root is worked out anew from that before the
 * block. False: STATE_FULL says why.
 */
export function keepStateRoot(state: usize, block: usize, out: usize): bool {
  const flags = load<u32>(load<u32>(block, BLOCK_SPEC), SPEC_FLAGS);
  if ((flags & FLAG_RECEIPT_ROOTS) == 0 || !hasTrie(state)) return true;
  store<u32>(out, 1, OUT_HAS_STATE_ROOT);
  return changeTrie(state) && putRoot(state, out + OUT_STATE_ROOT);
}

/** Address of the state root that a receipt holds, 0 = it holds the status. */
export function receiptRoot(out: usize): usize {
  return load<u32>(out, OUT_HAS_STATE_ROOT) != 0 ? out + OUT_STATE_ROOT : 0;
}
