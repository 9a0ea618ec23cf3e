// Nodes that are not quite a real one: a real one's answers with some changed.
import type { BlockFile, RpcFunction } from 'parallel-evm';
import type { Anvil, Json } from './anvil.ts';

/** Answers a method; `real` asks the node itself. */
export type Override = (params: readonly unknown[], real: () => Promise<unknown>) => unknown;

/** The node with some methods answered by functions. */
export function withMethods(node: Anvil, overrides: Readonly<Record<string, Override>>): RpcFunction {
  return async (method, params) => {
    const real = (): Promise<unknown> => node.ask(method, params);
    const override = overrides[method];
    return override ? override(params, real) : real();
  };
}

/** Refuses a method as nodes do that do not have it. */
export const lacking: Override = () => {
  throw Object.assign(new Error('the method does not exist'), { code: -32601 });
};

interface Proof {
  accountProof: string[];
  storageProof: { proof: string[] }[];
}

/** An execution witness of a captured block, put together from the node's proofs. */
export async function proofsOf(node: Anvil, file: BlockFile): Promise<{ state: string[]; codes: string[] }> {
  const nodes = new Set<string>();
  const parent = `0x${(file.number - 1).toString(16)}`;
  for (const [address, account] of Object.entries(file.preState)) {
    const slots = Object.keys(account?.storage ?? {});
    const proof = await node.ask<Proof>('eth_getProof', [address, slots, parent]);
    for (const each of [proof.accountProof, ...proof.storageProof.map((entry) => entry.proof)])
      for (const encoded of each) nodes.add(encoded);
  }
  return { state: [...nodes], codes: Object.values(file.codes) };
}

/** A copy of a JSON value with a change. */
export function changed<T>(value: T, change: (copy: Json) => void): T {
  const copy = structuredClone(value);
  change(copy as Json);
  return copy;
}
