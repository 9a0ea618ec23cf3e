// What the engine tests run: every fixture as the library and as the oracle read it, and how a block is put on an engine.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  type AccountDiff,
  type BlockFile,
  type BlockResult,
  createEngine,
  type Engine,
  type Hex,
  readBlockFile,
  type State,
  type StateDiffJson,
  type StateJson,
} from 'parallel-evm';
import type { BlockJson } from '../oracle/hand-made.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
export const SHOWCASE = new URL('../../showcase/block.json.gz', import.meta.url);

export const FIXTURE_NAMES: string[] = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.json.gz'))
  .map((name) => name.slice(0, -'.json.gz'.length))
  .sort();

/** Block and state as `runBlock` takes them. */
export type Scenario = Pick<BlockFile, 'block' | 'preState' | 'codes' | 'blockHashes' | 'header'>;

export const fixture = (name: string): Promise<BlockFile> =>
  readBlockFile(new URL(`${name}.json.gz`, FIXTURES).pathname);

/** The fixture's JSON, which the oracle takes. */
export const fixtureJson = (name: string): object =>
  JSON.parse(gunzipSync(readFileSync(new URL(`${name}.json.gz`, FIXTURES))).toString());

/** A block made by hand as the library takes it. */
export function scenarioOf(file: BlockJson): Scenario {
  const { header, transactions, withdrawals, preState, codes, blockHashes } = file;
  return {
    block: { ...header, transactions, withdrawals },
    header,
    preState,
    codes,
    blockHashes,
  } as unknown as Scenario;
}

export const stateFor = (engine: Engine, { preState, codes }: Scenario): Promise<State> =>
  engine.createState(preState, { codes });

/** Engines by slot count, closed together. They run small blocks on all of their slots. */
export class Engines {
  readonly #engines = new Map<number, Engine>();

  static async start(slotCounts: readonly number[]): Promise<Engines> {
    const all = new Engines();
    for (const slots of slotCounts) all.#engines.set(slots, await createEngine({ slots, adaptive: false }));
    return all;
  }

  at(slots: number): Engine {
    const engine = this.#engines.get(slots);
    if (engine === undefined) throw new RangeError(`no engine with ${slots} slots was started`);
    return engine;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
  }
}

export interface Run {
  result: BlockResult;
  before: StateJson;
  after: StateJson;
}

/** Runs a scenario on a state of its own and tells what the state was before and after. */
export async function runAlone(engine: Engine, scenario: Scenario, commit: boolean): Promise<Run> {
  const state = await stateFor(engine, scenario);
  const before = await state.toJSON();
  const { block, blockHashes } = scenario;
  const result = await engine.runBlock({ block, state, blockHashes, commit });
  const after = await state.toJSON();
  await state.dispose();
  return { result, before, after };
}

type Slots = NonNullable<StateJson[Hex]['storage']>;

const mergedStorage = (old: Slots, changes: Slots): Slots =>
  Object.fromEntries(
    Object.entries({ ...old, ...changes })
      .filter(([, value]) => BigInt(value) !== 0n)
      .sort(),
  );

/** What a state must be after a diff: the definition of the diff, spelled out. */
export function withDiff(before: StateJson, diff: StateDiffJson): StateJson {
  const accounts = new Map(Object.entries(before) as [Hex, StateJson[Hex]][]);
  for (const [address, { deleted, storage = {}, ...fields }] of Object.entries(diff) as [Hex, AccountDiff][]) {
    const { storage: old = {}, ...account } = accounts.get(address) ?? { nonce: '0x0', balance: '0x0' };
    const changed = { ...account, ...fields };
    const slots = mergedStorage(old, storage);
    if (changed.code === '0x') delete changed.code;
    if (deleted) accounts.delete(address);
    else accounts.set(address, { ...changed, ...(Object.keys(slots).length > 0 && { storage: slots }) });
  }
  return Object.fromEntries([...accounts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Receipts and diff as one comparable value; a receipt's type is told by the oracle alone. */
export function effectsOf({ receipts, stateDiff }: { receipts: readonly object[]; stateDiff: object }): object {
  return {
    receipts: receipts.map((receipt) => {
      const { type: _type, ...content } = receipt as { type?: number };
      return content;
    }),
    stateDiff: JSON.parse(JSON.stringify(stateDiff)) as object,
  };
}
