// Logs bloom (Yellow Paper, section 4.3.1, M3:2048): 2048 bits as one big-endian number of 256 bytes, in which each
// address and topic sets three bits, taken from the first three 16-bit words of its keccak, modulo 2048.
import { Scratch } from './context';
import { keccak256 } from './keccak';
import { LOG_ADDRESS, LOG_BODY, LOG_BYTES, LOG_TOPICS, SCRATCH_TRIE } from './layout';

export const BLOOM_BYTES: i32 = 256;

/** Sets the bit that the big-endian 16-bit word at `word` names. */
function setBit(bloom: usize, word: usize): void {
  const bit = (((<i32>load<u8>(word)) << 8) | load<u8>(word + 1)) & 2047;
  const byte = bloom + (BLOOM_BYTES - 1) - (bit >> 3);
  store<u8>(byte, load<u8>(byte) | ((<u8>1) << (<u8>(bit & 7))));
}

/** Adds [src, src + len). */
export function bloomAdd(bloom: usize, src: usize, len: i32): void {
  const hash = Scratch.at(SCRATCH_TRIE);
  keccak256(src, len, hash);
  setBit(bloom, hash);
  setBit(bloom, hash + 2);
  setBit(bloom, hash + 4);
}

/** Adds the address and the topics of `count` log records that lie one behind the other from `logs`. */
export function bloomLogs(bloom: usize, logs: usize, count: i32): void {
  for (; count > 0; count--) {
    bloomAdd(bloom, logs + LOG_ADDRESS, 20);
    const topics = logs + LOG_BODY;
    const end = topics + load<u32>(logs, LOG_TOPICS) * 32;
    for (let topic = topics; topic < end; topic += 32) bloomAdd(bloom, topic, 32);
    logs += load<u32>(logs, LOG_BYTES);
  }
}

/** dst |= src. */
export function bloomOr(dst: usize, src: usize): void {
  for (let i = 0; i < BLOOM_BYTES; i += 8) store<u64>(dst + i, load<u64>(dst + i) | load<u64>(src + i));
}
