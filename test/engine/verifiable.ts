// A block of one's own with the witness that it needs, and the state root after it by @ethereumjs/mpt.
import { createBlock } from '@ethereumjs/block';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import type { TypedTransaction } from '@ethereumjs/tx';
import type { Engine, VerifyBlockInput } from 'parallel-evm';
import type * as make from '../oracle/hand-made.ts';
import { type PlainState, witnessOf } from '../oracle/witness.ts';
import { type Scenario, stateFor } from './scenarios.ts';

type Hex = make.Hex;

export interface Verifiable {
  input: Omit<VerifyBlockInput, 'witness'> & { witness: { nodes: Hex[]; codes: Hex[]; parentStateRoot: Hex } };
  root: Hex;
}

/** The block of `list` that `made` describes, run on `engine`. @throws where a transaction fails */
export async function verifiable(
  engine: Engine,
  made: Scenario,
  list: readonly TypedTransaction[],
  fork: string,
): Promise<Verifiable> {
  const common = createCustomCommon({}, Mainnet, { hardfork: fork });
  const { miner, sha3Uncles, ...header } = made.header as unknown as Record<string, Hex>;
  const data = { header: { ...header, coinbase: miner, uncleHash: sha3Uncles }, transactions: list, withdrawals: [] };
  const block = createBlock(data as never, { common }).serialize();
  const state = await stateFor(engine, made);
  const before = await witnessOf((await state.toJSON()) as PlainState);
  const { invalid, receipts } = await engine.runBlock({ block, state });
  if (invalid !== undefined || receipts.some(({ status }) => status !== 1))
    throw new Error('not all of the block works');
  const { root } = await witnessOf((await state.toJSON()) as PlainState);
  await state.dispose();
  const codes = Object.values(made.codes as Record<Hex, Hex>);
  const witness = { nodes: before.nodes, codes, parentStateRoot: before.root };
  return { input: { block, witness, blockHashes: made.blockHashes }, root };
}
