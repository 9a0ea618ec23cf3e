// Open-addressing directories of u64 slots: tag << 32 | address. An entry is complete before its slot is stored by one
// atomic store, so a reader on another thread sees nothing or all of it. Directories grow between blocks only.

import { heapAlloc, heapFree } from './heap';
import { DIR_MASK, DIR_TABLE, DIR_USED } from './layout';
import { Point } from './points';

/** The slot where a probe for `hash` starts. The tag is the hash's other half. */
export class Probe {
  @inline static start(directory: usize, hash: u64): u32 {
    return <u32>hash & load<u32>(directory, DIR_MASK);
  }
  @inline static next(directory: usize, at: u32): u32 {
    return (at + 1) & load<u32>(directory, DIR_MASK);
  }
  @inline static slot(directory: usize, at: u32): u64 {
    return atomic.load<u64>(load<u32>(directory, DIR_TABLE) + ((<usize>at) << 3));
  }
  @inline static matches(slot: u64, hash: u64): bool {
    return <u32>(slot >> 32) == <u32>(hash >> 32);
  }
}

/** True if two entries are of one key. */
type IsSame = (a: usize, b: usize) => bool;

/**
 * Publishes the complete `entry` under `hash`, unless one of its key is there already. By any thread, with room.
 * @returns the entry that the directory has now
 */
export function directoryClaim(directory: usize, hash: u64, entry: usize, isSame: IsSame): usize {
  const tagged = (hash & 0xffffffff00000000) | <u64>entry;
  let at = Probe.start(directory, hash);
  while (true) {
    let slot = Probe.slot(directory, at);
    if (slot == 0) {
      atomic.add<u32>(directory, 1, DIR_USED); // first: a slot that dies in between leaves it too high, never too low
      Point.shared();
      slot = atomic.cmpxchg<u64>(load<u32>(directory, DIR_TABLE) + ((<usize>at) << 3), 0, tagged);
      if (slot == 0) return entry;
      atomic.sub<u32>(directory, 1, DIR_USED);
    }
    const known = <usize>(<u32>slot);
    if (Probe.matches(slot, hash) && isSame(known, entry)) return known;
    at = Probe.next(directory, at);
  }
}

/** Publishes `entry` under `hash`; the caller has made sure that it is not there, that there is room, and is alone. */
export function directoryInsert(directory: usize, hash: u64, entry: usize): void {
  let at = Probe.start(directory, hash);
  while (Probe.slot(directory, at) != 0) at = Probe.next(directory, at);
  store<u32>(directory, load<u32>(directory, DIR_USED) + 1, DIR_USED);
  atomic.store<u64>(load<u32>(directory, DIR_TABLE) + ((<usize>at) << 3), (hash & 0xffffffff00000000) | <u64>entry);
}

/** True while one more entry keeps the load at or below 3/4: probes stay short, and one slot is always empty. */
export function directoryHasRoom(directory: usize): bool {
  const slots = load<u32>(directory, DIR_MASK) + 1;
  return atomic.load<u32>(directory, DIR_USED) + 1 <= slots - (slots >> 2);
}

/** Makes a directory with at least `entries` × 2 slots. False when the memory is exhausted. */
export function directoryCreate(directory: usize, entries: u32): bool {
  let slots: u32 = 8192;
  while (slots < entries << 1) slots <<= 1;
  const table = heapAlloc(slots << 3);
  if (table == 0) return false;
  memory.fill(table, 0, (<usize>slots) << 3);
  store<u32>(directory, <u32>table, DIR_TABLE);
  store<u32>(directory, slots - 1, DIR_MASK);
  store<u32>(directory, 0, DIR_USED);
  return true;
}

export function directoryRelease(directory: usize): void {
  const table = load<u32>(directory, DIR_TABLE);
  if (table != 0) heapFree(table, (load<u32>(directory, DIR_MASK) + 1) << 3);
  store<u32>(directory, 0, DIR_TABLE);
}

/** Where the bits of a hash that a table does not keep come from when it is rebuilt: the entry itself. */
type HashOf = (entry: usize) => u64;

/** Makes room for `more` entries at a load of at most 1/2. Between blocks only. False when the memory is exhausted. */
export function directoryReserve(directory: usize, more: u32, hashOf: HashOf): bool {
  const used = load<u32>(directory, DIR_USED);
  const old = load<u32>(directory, DIR_TABLE);
  const oldSlots = load<u32>(directory, DIR_MASK) + 1;
  if ((used + more) << 1 <= oldSlots) return true;
  if (!directoryCreate(directory, used + more)) {
    store<u32>(directory, old, DIR_TABLE);
    return false;
  }
  for (let i: u32 = 0; i < oldSlots; i++) {
    const slot = load<u64>(old + ((<usize>i) << 3));
    if (slot != 0) directoryInsert(directory, hashOf(<usize>(<u32>slot)), <usize>(<u32>slot));
  }
  heapFree(old, oldSlots << 3);
  return true;
}
