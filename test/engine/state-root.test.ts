// State roots of the made blocks of the engine table: what verifying a block on the trie of the state before it gives, and what
// running it on a state that has its whole trie gives, is the root that the reference works out anew from the whole state
// after it.
import { createEngine, type Engine, type StateJson, type VerifyBlockInput } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../../scripts/engine/check.mjs';
import { caseOf, type Place, places } from '../../scripts/engine/scenarios.mjs';
import { type PlainState, witnessOf } from '../oracle/witness.ts';

type Hex = `0x${string}`;

const SEED = process.env.SEED ?? '1';
const SLOT_COUNTS = [1, 2];

/** Each scenario on the oldest and on the newest fork that has it; of those that differ in their seed only, the first few. */
function sample(): Place[] {
  const all = places().filter(({ scenario: { name } }) => !/^invalid: |at random, ([5-9]|\d\d)/.test(name));
  const oldest = new Map([...all].reverse().map((place) => [place.scenario.name, place]));
  const newest = new Map(all.map((place) => [place.scenario.name, place]));
  return [...new Set([...oldest.values(), ...newest.values()])];
}

const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
const codesOf = (state: StateJson): Hex[] =>
  Object.values(state).flatMap(({ code }) => (code === undefined ? [] : [code]));
const noClaims = { stateRoot: hex(new Uint8Array(32)), receiptsRoot: hex(new Uint8Array(32)), gasUsed: '0x0' };
const emptyBloom = hex(new Uint8Array(256));

interface MadeFile {
  header: object;
  transactions: object[];
  withdrawals?: object[];
  ommers?: object[];
  preState: PlainState;
  codes: Record<Hex, Hex>;
  blockHashes: Record<string, Hex>;
}

describe('state roots of made blocks', () => {
  let engines: Engine[];
  beforeAll(async () => {
    engines = await Promise.all(SLOT_COUNTS.map((slots) => createEngine({ slots })));
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  /** Verifies a block on the state before it, at each slot count. */
  async function rootsOf(file: MadeFile, before: StateJson): Promise<(string | undefined)[]> {
    const { root, nodes } = await witnessOf(before as PlainState);
    const claims = { logsBloom: emptyBloom, requestsHash: noClaims.stateRoot, blobGasUsed: '0x0', ...noClaims };
    const block = { ...blockOf(file), ...claims } as unknown as VerifyBlockInput['block'];
    const witness = { nodes, codes: codesOf(before), parentStateRoot: root };
    const roots = [];
    for (const engine of engines)
      roots.push((await engine.verifyBlock({ block, witness, blockHashes: file.blockHashes })).stateRoot);
    return roots;
  }

  /** Runs the blocks one after another on a state with its trie: forgotten, committed; roots from the run and the state. */
  async function ownRoots(engine: Engine, files: readonly MadeFile[]): Promise<(string | undefined)[][]> {
    const [first] = files as [MadeFile];
    const state = await engine.createState(first.preState as never, { codes: first.codes, trie: true });
    const roots = [];
    for (const file of files) {
      const input = { block: blockOf(file) as never, state, blockHashes: file.blockHashes };
      const before = await state.root();
      const tried = await engine.runBlock({ ...input, commit: false });
      expect(await state.root()).toBe(before);
      const committed = await engine.runBlock(input);
      const after = await state.root();
      if (committed.invalid !== undefined) expect(after).toBe(before);
      roots.push([tried, committed].map(({ stateRoot }) => stateRoot && hex(stateRoot)).concat(after));
    }
    await state.dispose();
    return roots;
  }

  test.each(sample().map((place) => [`${place.scenario.name} (${place.fork})`, place] as const))(
    '%s',
    async (_, place) => {
      const files = caseOf(place, SEED).files.map(({ file }) => file as MadeFile);
      const [first] = files as [MadeFile];
      const [engine] = engines as [Engine];
      const expectedOfOwn = [];
      const state = await engine.createState(first.preState as never, { codes: first.codes });
      for (const file of files) {
        const before = await state.toJSON();
        const { invalid } = await engine.runBlock({
          block: blockOf(file) as never,
          state,
          blockHashes: file.blockHashes,
        });
        const { root } = await witnessOf((await state.toJSON()) as PlainState);
        const expected = invalid === undefined ? root : undefined;
        expectedOfOwn.push([expected, expected, root]);
        expect(await rootsOf(file, before)).toEqual([expected, expected]);
      }
      await state.dispose();
      for (const each of engines) expect(await ownRoots(each, files)).toEqual(expectedOfOwn);
    },
  );
});
