// The order in which entries are built into a tree. Nodes that are made one after another lie side by side, so entries come in
// the order of their keys, as far as the first two bytes go: what a branch refers to is then near it, and hashing it reads
// few lines. The list of a state's accounts may be in any order, so it is sorted itself, by linking it anew.
//
// In pieces, by the caller's thread, between jobs; the list is none meanwhile.
import { ACCOUNT_KEY, ACCOUNT_NEXT, SORT_PLACES, STATE_FIRST_ACCOUNT } from './layout';

/** A place has the first account of its keys and the last one. */
const PLACE_BYTES: i32 = 8;
const LAST: i32 = 4;

/** Appends `account` to the list of its place. */
function sortOne(table: usize, account: usize): void {
  const place = table + ((<usize>bswap<u16>(load<u16>(account, ACCOUNT_KEY))) << 3);
  const last: usize = load<u32>(place, LAST);
  if (last == 0) store<u32>(place, <u32>account);
  else store<u32>(last, <u32>account, ACCOUNT_NEXT);
  store<u32>(place, <u32>account, LAST);
}

/** Sorts up to `count` accounts of the list from `account` on into the table, zeros at first; returns the next one, 0 = none. */
export function sortAccounts(table: usize, account: usize, count: u32): usize {
  for (; account != 0 && count != 0; count--) {
    const next: usize = load<u32>(account, ACCOUNT_NEXT);
    sortOne(table, account);
    account = next;
  }
  return account;
}

/** Makes one list of those of the table. */
export function joinAccounts(state: usize, table: usize): void {
  let link = state + STATE_FIRST_ACCOUNT;
  for (let place = table; place < table + <usize>SORT_PLACES * PLACE_BYTES; place += PLACE_BYTES) {
    const first = load<u32>(place);
    if (first == 0) continue;
    store<u32>(link, first);
    link = <usize>load<u32>(place, LAST) + ACCOUNT_NEXT;
  }
  store<u32>(link, 0);
}
