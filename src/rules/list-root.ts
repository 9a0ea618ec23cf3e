// Roots of lists (Yellow Paper section 4.3.2): the trie of rlp(index) → item, by the kernel that makes receipts roots.
import type { SharedSpace } from '../memory/shared.ts';

const ITEM_BYTES = 8;
const ROOT_BYTES = 32;

/**
 * In the queue: the root of the trie of `items`, none of which may be empty.
 * @throws STATE_TOO_LARGE where there is no memory for a copy of them
 */
export function listRoot({ alloc, core, free, views }: SharedSpace, items: readonly Uint8Array[]): Uint8Array {
  const payload = items.reduce((sum, item) => sum + item.length, 0);
  const heads = ROOT_BYTES + ITEM_BYTES * items.length;
  const span = alloc(heads + payload, 'the items of a list');
  try {
    const table = span + ROOT_BYTES;
    let at = span + heads;
    for (const [i, item] of items.entries()) {
      views.bytes.set(item, at);
      views.setU32(table + ITEM_BYTES * i, at);
      views.setU32(table + ITEM_BYTES * i + 4, item.length);
      at += item.length;
    }
    const work = alloc(core.orderedTrieWorkBytes(table, items.length), "a list's trie");
    core.orderedTrieRoot(table, items.length, span, work);
    free(work);
    return views.copy(span, ROOT_BYTES);
  } finally {
    free(span);
  }
}
