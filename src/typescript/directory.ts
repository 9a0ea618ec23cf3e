// Look-ups in the open-addressing directories that assembly/directory.ts fills: u64 slots, tag << 32 | address.
import { DIR_MASK, DIR_TABLE, DIR_USED } from '../../assembly/layout.ts';
import type { Memory } from './memory.ts';

const LOW = 0xffffffffn;

/** The first entry that `matches` among those whose hash may be this one; 0 if there is none. */
export function find(memory: Memory, directory: number, hash: number, matches: (entry: number) => boolean): number {
  const table = memory.u32(directory + DIR_TABLE);
  const mask = memory.u32(directory + DIR_MASK);
  for (let at = (hash & mask) >>> 0; ; at = (at + 1) & mask) {
    const slot = memory.load64(table + 8 * at);
    if (slot === 0n) return 0;
    const entry = Number(slot & LOW);
    if (matches(entry)) return entry;
  }
}

/** True while one more entry keeps the load at or below 3/4. */
export function hasRoom(memory: Memory, directory: number): boolean {
  const slots = memory.u32(directory + DIR_MASK) + 1;
  return memory.load32(directory + DIR_USED) + 1 <= slots - Math.floor(slots / 4);
}

/**
 * Publishes the complete `entry` under `hash`, unless one that `matches` is there already. By any thread, with room.
 * Returns the entry that the directory has now.
 */
export function claim(
  memory: Memory,
  directory: number,
  hash: bigint,
  entry: number,
  matches: (entry: number) => boolean,
): number {
  const table = memory.u32(directory + DIR_TABLE);
  const mask = memory.u32(directory + DIR_MASK);
  const tagged = ((hash >> 32n) << 32n) | BigInt(entry);
  for (let at = (Number(hash & LOW) & mask) >>> 0; ; at = (at + 1) & mask) {
    let slot = memory.load64(table + 8 * at);
    if (slot === 0n) {
      memory.add32(directory + DIR_USED, 1); // first: a slot that dies in between leaves it too high, never too low
      slot = memory.exchange64(table + 8 * at, 0n, tagged);
      if (slot === 0n) return entry;
      memory.add32(directory + DIR_USED, -1);
    }
    const known = Number(slot & LOW);
    if (matches(known)) return known;
  }
}
