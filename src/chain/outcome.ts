// Whether a header is right about what executing its block gives.
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { BlockResult } from '../result/result.ts';
import type { BlockFaultCode, Faults } from './faults.ts';
import type { Header } from './header.ts';
import { unequal } from './header-rules.ts';

const OUTCOMES = [
  ['gasUsed', 'WRONG_GAS_USED', 'the header has the gas that the block uses'],
  ['blobGasUsed', 'WRONG_BLOB_GAS_USED', 'the header has the blob gas that the block uses (EIP-4844)'],
  ['receiptsRoot', 'WRONG_RECEIPTS_ROOT', 'the header has the root of the list of receipts'],
  ['logsBloom', 'WRONG_LOGS_BLOOM', 'the header has the bloom filter of the logs'],
  ['requestsHash', 'WRONG_REQUESTS_HASH', 'the header has the hash of the requests (EIP-7685)'],
  ['stateRoot', 'WRONG_STATE_ROOT', 'the header has the state root after the block'],
] as const satisfies readonly (readonly [keyof Header & keyof BlockResult, BlockFaultCode, string])[];

const textOf = (value: bigint | Uint8Array | undefined): bigint | Hex | 'none' =>
  value instanceof Uint8Array ? hexOf(value) : (value ?? 'none');

/** What a header says of its block's execution, where it says it, against the result. */
export function* outcomeFaults(header: Header, result: BlockResult): Faults {
  for (const [field, code, reason] of OUTCOMES) {
    const claim = header[field];
    if (claim !== undefined) yield* unequal(code, field, textOf(result[field]), textOf(claim), reason);
  }
}
