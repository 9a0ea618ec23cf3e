// Whether a header is right about what executing its block gives.
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { BlockResult } from '../result/result.ts';
import { type Faults, RULES, unequal } from './faults.ts';
import type { Header } from './header.ts';

const OUTCOMES = ['gasUsed', 'blobGasUsed', 'receiptsRoot', 'logsBloom', 'requestsHash', 'stateRoot'] as const;

const textOf = (value: bigint | Uint8Array | undefined): bigint | Hex | 'none' =>
  value instanceof Uint8Array ? hexOf(value) : (value ?? 'none');

/** What a header says of its block's execution, where it says it, against the result. */
export function* outcomeFaults(header: Header, result: BlockResult): Faults {
  for (const field of OUTCOMES)
    if (header[field] !== undefined) yield* unequal(RULES[field], textOf(result[field]), textOf(header[field]));
}
