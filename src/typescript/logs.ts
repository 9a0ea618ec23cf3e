// Logs as records in the attempt's area, and their bloom (Yellow Paper, section 4.3.1).
import { keccak_256 } from '@noble/hashes/sha3.js';
import {
  CTX_LOG_COUNT,
  CTX_LOGS_END,
  CTX_LOGS_NEXT,
  LOG_ADDRESS,
  LOG_BODY,
  LOG_BYTES,
  LOG_DATA_BYTES,
  LOG_TOPICS,
  STATUS_ARENA_FULL,
} from '../../assembly/layout.ts';
import { AttemptEnd, type Context } from './context.ts';
import type { Memory } from './memory.ts';

export const BLOOM_BYTES = 256;

/** A log as `@ethereumjs/evm` has it: address, topics, data. */
export type EvmLog = [address: Uint8Array, topics: Uint8Array[], data: Uint8Array];

/** Appends a log to the attempt's. @throws {AttemptEnd} without room */
export function appendLog({ memory, at }: Context, [address, topics, data]: EvmLog): void {
  const log = memory.u32(at + CTX_LOGS_NEXT);
  const body = log + LOG_BODY + 32 * topics.length;
  const end = body + Math.ceil(data.length / 8) * 8;
  if (end > memory.u32(at + CTX_LOGS_END)) throw new AttemptEnd(STATUS_ARENA_FULL);
  memory.setU32(log + LOG_BYTES, end - log);
  memory.setU32(log + LOG_TOPICS, topics.length);
  memory.setU32(log + LOG_DATA_BYTES, data.length);
  memory.put(log + LOG_ADDRESS, address);
  for (const [i, topic] of topics.entries()) memory.put(log + LOG_BODY + 32 * i, topic);
  memory.put(body, data);
  memory.setU32(at + CTX_LOGS_NEXT, end);
  memory.setU32(at + CTX_LOG_COUNT, memory.u32(at + CTX_LOG_COUNT) + 1);
}

/** Three bits of each address and topic: from the first three 16-bit words of its hash, modulo 2048. */
function addToBloom(bloom: Uint8Array, entry: Uint8Array): void {
  const hash = keccak_256(entry);
  for (const i of [0, 2, 4]) {
    const bit = (((hash[i] as number) << 8) | (hash[i + 1] as number)) & 2047;
    const byte = BLOOM_BYTES - 1 - (bit >> 3);
    bloom[byte] = (bloom[byte] as number) | (1 << (bit & 7));
  }
}

/** The bloom of `count` log records from `logs` on. */
export function bloomOf(memory: Memory, logs: number, count: number): Uint8Array {
  const bloom = new Uint8Array(BLOOM_BYTES);
  for (let log = logs, left = count; left > 0; left--, log += memory.u32(log + LOG_BYTES)) {
    addToBloom(bloom, memory.take(log + LOG_ADDRESS, 20));
    for (let i = 0; i < memory.u32(log + LOG_TOPICS); i++) addToBloom(bloom, memory.take(log + LOG_BODY + 32 * i, 32));
  }
  return bloom;
}
