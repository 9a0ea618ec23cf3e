// One slot on the caller's thread, over memory that is not shared: what a page without cross-origin isolation gets. It
// gives the results of worker slots.

import { Common, Mainnet } from '@ethereumjs/common';
import { createEngine, type Hex } from 'parallel-evm';
import { expect, test } from 'vitest';
import { decodeBlockSync } from '../../src/block/decode.ts';
import { rlpOfBlock } from '../../src/block/encode.ts';
import { LaidOut } from '../../src/block/prepared.ts';
import { recoverAddress } from '../../src/block/recover.ts';
import { Caller } from '../../src/calls.ts';
import { InlineSlot } from '../../src/inline.ts';
import { ARENA_BYTES } from '../../src/memory/arenas.ts';
import { createSpace } from '../../src/memory/shared.ts';
import { loadPrecompiles } from '../../src/precompiles/host.ts';
import { compileMcl } from '../../src/precompiles/mcl-module.ts';
import { openBlock } from '../../src/rules/body.ts';
import { BlockRunner } from '../../src/run.ts';
import { OwnedState } from '../../src/state/owned.ts';
import { requestOf, verifyLaidOut } from '../../src/witness/verify.ts';
import { Workspace } from '../../src/workspace.ts';
import { push, sstore } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { witnessOf } from '../oracle/witness.ts';
import { fixture } from './scenarios.ts';

const MAX_BYTES = 2 ** 28;
const common = new Common({ chain: Mainnet });
const SEED = process.env.SEED ?? 'inline';
const alice = make.person(SEED, 'alice');
const CONTRACT: Hex = '0xc0de000000000000000000000000000000000001';
/** Adds the call data to slot 0, logs and returns the sum as the last word of many. */
const RESULT_BYTES = 2 ** 20;
const last = push(RESULT_BYTES - 32);
const ADDER = `${sstore(0, `${push(0)}35${push(0)}5401`)}${push(0)}54${last}52${push(RESULT_BYTES)}${push(0)}a0${push(RESULT_BYTES)}${push(0)}f3`;
const PRE_STATE = {
  [CONTRACT]: { nonce: 1, balance: 0, code: `0x${ADDER}`, storage: { '0x0': 1000 } },
  [alice.address]: { nonce: 0, balance: make.ETHER },
} as const;

async function inlineRunner(): Promise<{ workspace: Workspace; runner: BlockRunner }> {
  const space = await createSpace(MAX_BYTES, false, await loadPrecompiles(await compileMcl()));
  const workspace = new Workspace(space);
  const arena = space.alloc(ARENA_BYTES, 'an arena');
  const crew = new InlineSlot(space.core, space.views, arena, space.context, space.instantiate);
  return { workspace, runner: new BlockRunner(workspace, crew) };
}

async function inlineCaller(): Promise<{ caller: Caller; state: OwnedState }> {
  const { workspace, runner } = await inlineRunner();
  const caller = new Caller(workspace, runner, common, recoverAddress);
  const state = await workspace.inTurn(() => OwnedState.load(workspace, 1, PRE_STATE, {}));
  return { caller, state };
}

/** Bytes as one string each: element by element a comparison of megabytes takes minutes. */
const readable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item) => {
      if (typeof item === 'bigint') return `${item}n`;
      return item instanceof Uint8Array ? Buffer.from(item).toString('base64') : item;
    }),
  );

test('calls, simulations and transactions have the results of worker slots', async () => {
  const engine = await createEngine({ slots: 2, memory: { maxBytes: MAX_BYTES } });
  const shared = { caller: engine, state: await engine.createState(PRE_STATE) };
  const block = { hardfork: 'cancun' };
  const results: unknown[] = [];
  for (const { caller, state } of [await inlineCaller(), shared]) {
    const calls = Array.from({ length: 12 }, (_, i) => ({
      to: CONTRACT,
      data: `0x${String(i).padStart(64, '0')}` as Hex,
    }));
    const many = await caller.simulate({ state, block, calls });
    expect(many.map(({ output }) => BigInt(`0x${Buffer.from(output.subarray(-32)).toString('hex')}`))).toEqual(
      calls.map(({ data }) => 1000n + BigInt(data)),
    );
    const one = await caller.call({ state, block, to: CONTRACT, overrides: { [CONTRACT]: { state: {} } } });
    const tx = make.signed('cancun', alice, { to: alice.address, value: 1n });
    const traced = await caller.call({ state, block, to: CONTRACT, trace: { type: 'opcodes', limit: 20 } });
    expect(traced.trace?.type).toBe('opcodes');
    const { stateDiff, ...rest } = await caller.runTx({ tx, state, block, trace: 'calls' });
    expect(rest.success).toBe(true);
    results.push([many, one, traced, rest, stateDiff.toJSON(), await state.toJSON()]);
  }
  expect(readable(results[0])).toEqual(readable(results[1]));
  await engine.close();
});

test('a block is verified on its witness as by worker slots', async () => {
  const { workspace, runner } = await inlineRunner();
  const { block, preState, codes, header, blockHashes } = await fixture('mini');
  const { root, nodes } = await witnessOf(preState as never);
  const witness = { nodes, codes: Object.values(codes), parentStateRoot: root };
  const laidOut = new LaidOut(workspace, decodeBlockSync(block, { common }), common);
  const request = requestOf(witness, undefined, blockHashes, undefined);
  const encoded = openBlock(rlpOfBlock(block));
  const { ok, stateRoot } = await verifyLaidOut(workspace, runner, 1, { laidOut, encoded, common }, request, 0);
  expect({ ok, stateRoot }).toEqual({ ok: true, stateRoot: header.stateRoot });
});
