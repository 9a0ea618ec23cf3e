// Reads what a node has answered. Answers come from outside: each is checked, and what is not of its form ends in
// RPC_WRONG_ANSWER that names method and field, never in a state that is wrong.
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf, parseBytes, parseQuantity } from '../hex.ts';
import type { Answer } from './answer.ts';
import type { RpcClient } from './client.ts';

/** Runs `read`, whose complaints are about what `method` has answered. */
export function reading<T>(client: RpcClient, method: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParallelEvmError) || error.code !== 'BAD_ARGUMENT') throw error;
    throw client.wrongAnswer(method, error.message, error.field);
  }
}

/** The value of an answer, or RPC_FAILED for a refusal. */
export function answeredValue(client: RpcClient, method: string, answer: Answer | undefined): unknown {
  if (answer !== undefined && 'refusal' in answer) throw client.refused(method, answer.refusal);
  return answer?.value;
}

/** Whole bytes as lower-case hex. */
export const hexIn = (value: unknown, field: string, length?: number): Hex => hexOf(parseBytes(value, field, length));

/** A storage value or a quantity: nodes give both forms with or without leading zeros. */
export const numberIn = (value: unknown, field: string): bigint => parseQuantity(value, field);

/** Hex texts in lower case, however deep: some nodes write addresses with a checksum. */
export function lowerCased(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('0x') ? value.toLowerCase() : value;
  if (Array.isArray(value)) return value.map(lowerCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, lowerCased(entry)]));
}
