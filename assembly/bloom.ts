// Logs bloom (Yellow Paper, section 4.3.1, M3:2048): 2048 bits as one big-endian number of 256 bytes, in which each
// address and topic sets three bits, taken from the first three 16-bit words of its keccak, modulo 2048.
//
// Half of a block's entries repeat (tokens, event signatures), and the keccak is all the cost, so each slot remembers
// the words of recent entries in a direct-mapped cache. Measured on mainnet blocks, 64 lines answer 48-68 % of the
// entries, 1024 lines 50-73 %. The words are a pure function of the entry: a line never goes stale, and since it counts
// only if the whole entry and its length match, whatever the memory held before does no harm.
import { Scratch } from './context';
import { keccak256 } from './keccak';
import { LOG_ADDRESS, LOG_BODY, LOG_BYTES, LOG_TOPICS, SCRATCH_TRIE } from './layout';

export const BLOOM_BYTES: i32 = 256;

const ADDRESS_BYTES: i32 = 20;
const TOPIC_BYTES: i32 = 32;

/** The keccak of the entry at hand, then the cache. */
const SCRATCH_LINES: i32 = SCRATCH_TRIE + 32;
/** Line: entry (zero-extended to 32 bytes), three words of its keccak, length of the entry. */
const LINE_WORDS: i32 = 32;
const LINE_LENGTH: i32 = 38;
const LINE_BYTES: i32 = 40;
const LINE_COUNT_BITS: i32 = 6;
/** 2^64 / golden ratio: spreads entries that differ in few bits over the lines. */
const SPREAD: u64 = 0x9e3779b97f4a7c15;

/** Sets the bit that the big-endian 16-bit word at `word` names. */
function setBit(bloom: usize, word: usize): void {
  const bit = <i32>bswap<u16>(load<u16>(word)) & 2047;
  const byte = bloom + (BLOOM_BYTES - 1) - (bit >> 3);
  store<u8>(byte, load<u8>(byte) | ((<u8>1) << (<u8>(bit & 7))));
}

function setBits(bloom: usize, words: usize): void {
  setBit(bloom, words);
  setBit(bloom, words + 2);
  setBit(bloom, words + 4);
}

/** Adds [src, src + len). */
export function bloomAdd(bloom: usize, src: usize, len: i32): void {
  const hash = Scratch.at(SCRATCH_TRIE);
  keccak256(src, len, hash);
  setBits(bloom, hash);
}

/** Adds the entry at src, an address or a topic, whose words, zero-extended, are a to d. */
function addEntry(bloom: usize, src: usize, len: i32, a: u64, b: u64, c: u64, d: u64): void {
  const index = <usize>(((a ^ b ^ c ^ d) * SPREAD) >> (64 - LINE_COUNT_BITS));
  const line = Scratch.at(SCRATCH_LINES) + index * LINE_BYTES;
  const differs =
    (load<u64>(line) ^ a) | (load<u64>(line, 8) ^ b) | (load<u64>(line, 16) ^ c) | (load<u64>(line, 24) ^ d);
  if (differs !== 0 || load<u16>(line, LINE_LENGTH) !== <u16>len) {
    const hash = Scratch.at(SCRATCH_TRIE);
    keccak256(src, len, hash);
    store<u64>(line, a);
    store<u64>(line, b, 8);
    store<u64>(line, c, 16);
    store<u64>(line, d, 24);
    memory.copy(line + LINE_WORDS, hash, 6);
    store<u16>(line, <u16>len, LINE_LENGTH);
  }
  setBits(bloom, line + LINE_WORDS);
}

function addAddress(bloom: usize, src: usize): void {
  addEntry(bloom, src, ADDRESS_BYTES, load<u64>(src), load<u64>(src, 8), load<u32>(src, 16), 0);
}

function addTopic(bloom: usize, src: usize): void {
  addEntry(bloom, src, TOPIC_BYTES, load<u64>(src), load<u64>(src, 8), load<u64>(src, 16), load<u64>(src, 24));
}

/** Adds the address and the topics of `count` log records that lie one behind the other from `logs`. */
export function bloomLogs(bloom: usize, logs: usize, count: i32): void {
  for (; count > 0; count--) {
    addAddress(bloom, logs + LOG_ADDRESS);
    const topics = logs + LOG_BODY;
    const end = topics + load<u32>(logs, LOG_TOPICS) * TOPIC_BYTES;
    for (let topic = topics; topic < end; topic += TOPIC_BYTES) addTopic(bloom, topic);
    logs += load<u32>(logs, LOG_BYTES);
  }
}

/** dst |= src. */
export function bloomOr(dst: usize, src: usize): void {
  for (let i = 0; i < BLOOM_BYTES; i += 8) store<u64>(dst + i, load<u64>(dst + i) | load<u64>(src + i));
}
