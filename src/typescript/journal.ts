// The undo log of an attempt, as assembly/journal.ts writes it: the bytes that a change overwrites, then (address, size).
import { CTX_JOURNAL_END, CTX_JOURNAL_NEXT, STATUS_ARENA_FULL } from '../../assembly/layout.ts';
import { AttemptEnd, type Context } from './context.ts';

/** Saves `size` bytes, a multiple of 8. @throws {AttemptEnd} without room */
function save({ memory, at }: Context, place: number, size: number): void {
  const next = memory.u32(at + CTX_JOURNAL_NEXT);
  if (next + size + 8 > memory.u32(at + CTX_JOURNAL_END)) throw new AttemptEnd(STATUS_ARENA_FULL);
  memory.copy(next, place, size);
  memory.setU32(next + size, place);
  memory.setU32(next + size + 4, size);
  memory.setU32(at + CTX_JOURNAL_NEXT, next + size + 8);
}

export const save64 = (context: Context, place: number): void => save(context, place, 8);
export const save256 = (context: Context, place: number): void => save(context, place, 32);

/** Where the journal stands. */
export const markOf = ({ memory, at }: Context): number => memory.u32(at + CTX_JOURNAL_NEXT);

/** Undoes everything since the journal stood at `mark`. */
export function revertTo({ memory, at }: Context, mark: number): void {
  let end = memory.u32(at + CTX_JOURNAL_NEXT);
  while (end > mark) {
    const size = memory.u32(end - 4);
    const place = memory.u32(end - 8);
    end -= size + 8;
    memory.copy(place, end, size);
  }
  memory.setU32(at + CTX_JOURNAL_NEXT, mark);
}
