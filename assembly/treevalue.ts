// What the leaves of a tree hold (Yellow Paper, section 4.1): what is confirmed of their entries now, or, of the base's tree
// while a block runs on it, what they hold in the base.
import { EMPTY_CODE_HASH } from './constants';
import { context } from './context';
import { ACCOUNT_BASE, CODE_HASH, CTX_TEMP, NODE_LEAF, REC_BALANCE, REC_CODE, REC_NONCE, SLOT_BASE } from './layout';
import { putBytes, putListHeader, putU64, putU256 } from './rlp';
import { accountRecord, slotRecord } from './state';
import { putTopHash } from './treehash';
import { Twig } from './treenode';

/** [nonce, balance, storage root, code hash]: its length is 68 at least and 110 at most, so the header takes two bytes. */
function putAccount(dst: usize, leaf: usize, ofBase: bool): usize {
  const entry = Twig.entry(leaf);
  const record = ofBase ? entry + ACCOUNT_BASE : accountRecord(entry);
  const code: usize = load<u32>(record, REC_CODE);
  const root = context + CTX_TEMP;
  putTopHash(root, Twig.below(leaf));
  const payload = dst + 2;
  let end = putU64(payload, load<u64>(record, REC_NONCE));
  end = putU256(end, record + REC_BALANCE);
  end = putBytes(end, root, 32);
  end = putBytes(end, code == 0 ? EMPTY_CODE_HASH : code + CODE_HASH, 32);
  putListHeader(dst, <u32>(end - payload));
  return end;
}

/** The value of a leaf, 112 bytes at most; an account's storage is hashed. */
export function putValue(dst: usize, leaf: usize, ofBase: bool): usize {
  if (Twig.kind(leaf) != NODE_LEAF) return putAccount(dst, leaf, ofBase);
  const entry = Twig.entry(leaf);
  return putU256(dst, ofBase ? entry + SLOT_BASE : slotRecord(entry));
}
