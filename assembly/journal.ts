// The undo log of an attempt: every change of a local record is preceded by saving the bytes that it overwrites, so a
// revert needs no knowledge of what changed. An entry is the old bytes, then (address, size): it is read backwards.
//
// A full journal voids the attempt (CTX_FULL) and drops the entry: the run ends soon, by gas, and is repeated.
import { CTX_FULL, CTX_JOURNAL_END, CTX_JOURNAL_NEXT } from './layout';

function open(ctx: usize, bytes: u32): usize {
  const at = load<u32>(ctx, CTX_JOURNAL_NEXT);
  if (at + bytes + 8 > load<u32>(ctx, CTX_JOURNAL_END)) {
    store<u32>(ctx, 1, CTX_FULL);
    return 0;
  }
  store<u32>(ctx, at + bytes + 8, CTX_JOURNAL_NEXT);
  return at;
}

/** Saves the u64 at `ptr`. */
export function save64(ctx: usize, ptr: usize): void {
  const at = open(ctx, 8);
  if (at == 0) return;
  store<u64>(at, load<u64>(ptr));
  store<u32>(at, <u32>ptr, 8);
  store<u32>(at, 8, 12);
}

/** Saves the 32 bytes at `ptr`. */
export function save256(ctx: usize, ptr: usize): void {
  const at = open(ctx, 32);
  if (at == 0) return;
  store<u64>(at, load<u64>(ptr));
  store<u64>(at, load<u64>(ptr, 8), 8);
  store<u64>(at, load<u64>(ptr, 16), 16);
  store<u64>(at, load<u64>(ptr, 24), 24);
  store<u32>(at, <u32>ptr, 32);
  store<u32>(at, 32, 36);
}

/** Undoes everything since the journal stood at `mark`. */
export function revertTo(ctx: usize, mark: u32): void {
  let at = load<u32>(ctx, CTX_JOURNAL_NEXT);
  while (at > mark) {
    const size = load<u32>(at - 4);
    const ptr = load<u32>(at - 8);
    at -= size + 8;
    store<u64>(ptr, load<u64>(at));
    if (size == 32) {
      store<u64>(ptr, load<u64>(at, 8), 8);
      store<u64>(ptr, load<u64>(at, 16), 16);
      store<u64>(ptr, load<u64>(at, 24), 24);
    }
  }
  store<u32>(ctx, mark, CTX_JOURNAL_NEXT);
}
