// What a block is verified with: the part of the state before it that it meets, as trie nodes.
import type { RpcHeader } from '../block/rpc.ts';
import type { ByteString } from '../hex.ts';

/** A header: its RLP, or all of its fields as JSON-RPC names them. */
export type HeaderInput = ByteString | RpcHeader;

/**
 * An execution witness. `debug_executionWitness` gives `state`, `codes`, `keys` and `headers`; block files give `nodes` and
 * `parentStateRoot`. Which nodes and codes are needed turns out while the block runs; more than those do no harm.
 */
export interface Witness {
  /** RLP of nodes of the state's trie and of storage tries before the block, in any order. */
  state?: readonly ByteString[] | undefined;
  /** The same under another name. */
  nodes?: readonly ByteString[] | undefined;
  /** Byte codes, in any order. */
  codes?: readonly ByteString[] | undefined;
  /** Headers of the parent and of as many blocks before it as BLOCKHASH reaches, in any order. */
  headers?: readonly HeaderInput[] | undefined;
  /** Not read: what the block meets is looked up in the nodes. */
  keys?: readonly unknown[] | undefined;
  /** Addresses to take as absent, on trust, where the nodes do not tell: some clients leave accounts out that they skip. */
  assumedAbsent?: readonly ByteString[] | undefined;
  /** State root before the block, 32 bytes: taken on trust where no header of the parent is given. */
  parentStateRoot?: ByteString | undefined;
}
