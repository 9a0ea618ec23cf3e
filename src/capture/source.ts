// Where the state before a block comes from. Sources are asked in turn, each for what those before it left open; what
// none of them can answer is an error only if the block turns out to need it.
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { isMissingMethod } from './answer.ts';
import { reading } from './answers.ts';
import type { FetchedBlock } from './block.ts';
import type { RpcClient } from './client.ts';
import type { Keys, KnownState } from './known.ts';

/**
 * | kind | methods | what is believed |
 * | --- | --- | --- |
 * | `witness` | `debug_executionWitness` | what hashes below the parent's state root show |
 * | `prestate` | `debug_traceBlockByHash` or `debug_traceBlockByNumber` with `prestateTracer` | the node |
 * | `proof` | `eth_getProof`, `eth_getCode` | what hashes below the parent's state root show |
 * | `values` | `eth_getBalance`, `eth_getTransactionCount`, `eth_getCode`, `eth_getStorageAt` | the node |
 */
export type SourceKind = 'witness' | 'prestate' | 'proof' | 'values';

/** What every source of one block works with. */
export interface SourceContext {
  client: RpcClient;
  fetched: FetchedBlock;
  /** Addresses whose state the block changes before its first transaction, or without a transaction of its own. */
  changedOutside: ReadonlySet<Hex>;
  /** Methods that the node was found not to have; kept from block to block. */
  lacking: Set<string>;
}

/** Why the keys of an address were not answered: the last source's reason. */
export type Problems = Map<Hex, ParallelEvmError>;

export interface StateSource {
  readonly kind: SourceKind;
  /**
   * Puts what it can say of `keys`, and maybe more, into `known`.
   * @throws RPC_FAILED where the node does not answer any more; ABORTED
   */
  read(keys: Keys, known: KnownState, problems: Problems): Promise<void>;
}

/** The parent as a block parameter: by number, which every node takes. */
export const parentTag = ({ fetched }: SourceContext): Hex => fetched.parent.number as Hex;

/** What came of asking for all of the state at once: a value, or why there is none. */
export type BulkAnswer<T> = { value: T } | { problem: ParallelEvmError };

/**
 * Asks a method that nodes need not have, and that may be more than they can do: every failure is an answer. A node that
 * is gone will say so again when it is asked for single keys.
 */
export async function askInBulk<T>(
  { client, lacking }: SourceContext,
  method: string,
  params: readonly unknown[],
  read: (value: unknown) => T,
): Promise<BulkAnswer<T>> {
  if (lacking.has(method)) return { problem: client.refused(method, { code: -32601, message: 'not offered' }) };
  try {
    const [answer] = await client.askAll([{ method, params }]);
    if (answer !== undefined && 'value' in answer) return { value: reading(client, method, () => read(answer.value)) };
    const refusal = answer?.refusal ?? { code: 0, message: 'no answer' };
    if (isMissingMethod(refusal)) lacking.add(method);
    return { problem: client.refused(method, refusal) };
  } catch (error) {
    const isNodes = error instanceof ParallelEvmError && error.code.startsWith('RPC_');
    if (!isNodes) throw error;
    return { problem: error };
  }
}
