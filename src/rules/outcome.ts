// Whether a header is right about what executing its block gives.
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { BlockResult } from '../result/result.ts';
import { type Faults, RULES, unequal } from './faults.ts';
import type { Header } from './header.ts';

const OUTCOMES = ['gasUsed', 'blobGasUsed', 'receiptsRoot', 'logsBloom', 'requestsHash'] as const;
const ROOTS = ['stateRoot'] as const;

const textOf = (value: bigint | Uint8Array | undefined): bigint | Hex | 'none' =>
  value instanceof Uint8Array ? hexOf(value) : (value ?? 'none');

type Field = (typeof OUTCOMES)[number] | (typeof ROOTS)[number];
type Outcome = Pick<BlockResult, Field>;

function* faultsOf<F extends Field>(fields: readonly F[], header: Header, result: Pick<Outcome, F>): Faults {
  for (const field of fields)
    if (header[field] !== undefined) yield* unequal(RULES[field], textOf(result[field]), textOf(header[field]));
}

/** What a header says of its block's execution but for the state root, where it says it, against the result. */
export const executionFaults = (header: Header, result: BlockResult): Faults => faultsOf(OUTCOMES, header, result);

/** The state root that a header says, against that after its block. */
export const rootFaults = (header: Header, stateRoot: Uint8Array): Faults => faultsOf(ROOTS, header, { stateRoot });

/** What a header says of its block's execution, where it says it, against the result. */
export const outcomeFaults = (header: Header, result: BlockResult): Faults =>
  faultsOf([...OUTCOMES, ...ROOTS], header, result);
