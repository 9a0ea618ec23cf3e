/**
 * One fault on one engine: the block is run while a slot ends at the step in question, its result and the state are compared
 * with what a run without a fault gives, then the heap is looked through and another block is run.
 */
import { createEngine } from '../../dist/src/index.js';
import { Random } from '../showcase/random.mjs';
import { allowed, policyOf, scenarioOf } from './cases.mjs';
import { blockFor, callsFor, nextBlock, preState } from './world.mjs';

/** A run that does not end, with all that it waits for, takes less. */
const MOST_MS = 15_000;
/** Runs in which a step must be reached that depends on which slot was faster. */
const TRIES = 100;

const CALL_BLOCK = { number: 18_000_000n, timestamp: 1_693_100_000n, gasLimit: 30_000_000n };

/** @param {any} value @returns {string} comparable */
const text = (value) =>
  JSON.stringify(value, (_, item) => {
    if (typeof item === 'bigint') return `${item}n`;
    return item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item;
  });

/** What a run came to, without what it cost. @param {any} result */
function essence(result) {
  if (Array.isArray(result)) return text(result);
  const { gasUsed, receiptsRoot, logsBloom, stateRoot, stateDiff, receipts, invalid } = result;
  return text([invalid, gasUsed, receiptsRoot, logsBloom, stateRoot, stateDiff.toJSON(), receipts]);
}

/** All of a state, and the root of its trie. @param {any} state */
const whole = async (state) => text([await state.toJSON(), await state.root()]);

/** @template T @param {Promise<T>} promise @param {string} what @returns {Promise<T>} */
function inTime(promise, what) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} does not end`)), MOST_MS);
  });
  return /** @type {Promise<T>} */ (Promise.race([promise, late]).finally(() => clearTimeout(timer)));
}

/** @param {any} engine @param {any} state @param {any} scene @param {boolean} commit */
const execute = (engine, state, { block, calls }, commit) =>
  calls ? engine.simulate({ state, calls, block: CALL_BLOCK }) : engine.runBlock({ block, state, commit });

/** Results without a fault, on one slot, by what is run. */
export class Reference {
  #engine;
  /** @type {Map<string, any>} */
  #known = new Map();

  constructor(/** @type {any} */ engine) {
    this.#engine = engine;
  }

  static async start() {
    return new Reference(await createEngine({ slots: 1 }));
  }

  /** @param {string} key @param {any} scene @param {boolean} commit */
  async of(key, scene, commit) {
    const known = this.#known.get(key);
    if (known) return known;
    const state = await this.#engine.createState(preState(), { trie: true });
    const before = await whole(state);
    const result = essence(await execute(this.#engine, state, scene, commit));
    const after = await whole(state);
    const next = essence(await this.#engine.runBlock({ block: scene.next, state }));
    await state.dispose();
    const unchanged = await this.#engine.createState(preState(), { trie: true });
    const nextUnchanged = essence(await this.#engine.runBlock({ block: scene.next, state: unchanged }));
    await unchanged.dispose();
    const facts = { before, result, after, next, nextUnchanged };
    this.#known.set(key, facts);
    return facts;
  }

  close() {
    return this.#engine.close();
  }
}

/** What an outcome that is not as it should be shows. @param {string} what @param {string} is @param {string} must */
function same(what, is, must) {
  if (is === must) return;
  let at = 0;
  while (is[at] === must[at]) at++;
  const part = (/** @type {string} */ whole) => whole.slice(Math.max(0, at - 60), at + 100);
  throw new Error(`${what} differs: ${part(is)} instead of ${part(must)}`);
}

/** @param {any} engine @param {any} faults @param {any} scene @param {any} expected @param {import('./cases.mjs').Case} test @param {number} time */
async function tryOnce(engine, faults, scene, expected, test, time) {
  const state = await engine.createState(preState(), { trie: true });
  faults.plan({ kind: test.kind, thread: test.thread, point: test.point, time });
  /** @type {any} */
  let outcome;
  try {
    outcome = { result: await inTime(execute(engine, state, scene, test.commit), 'the run') };
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'SLOT_DIED') throw error;
    outcome = { error };
  }
  // Slots that have left the job may come by after it.
  const { reached } = faults;
  const fired = faults.slot !== undefined;
  if (!fired) faults.clear();
  const died = outcome.error !== undefined;
  if (died && !fired) throw new Error(`SLOT_DIED without a fault: ${outcome.error.cause}`);
  if (!died) same('the result', essence(outcome.result), expected.result);
  same('the state', await whole(state), died ? expected.before : expected.after);
  const { lost } = await faults.heap();
  if (lost !== 0) throw new Error(`${lost} bytes of the heap are lost`);
  if (fired && !allowed(test).includes(died ? 'died' : 'exact'))
    throw new Error(died ? 'no result, but SLOT_DIED' : 'a result, not SLOT_DIED');
  const next = await inTime(engine.runBlock({ block: scene.next, state }), 'the next block');
  same('the next result', essence(next), died ? expected.nextUnchanged : expected.next);
  if (fired) await inTime(faults.noticed(), 'the slot');
  faults.clear();
  await state.dispose();
  return { fired, died, reached, deaths: died ? 1 : (outcome.result.stats?.slotDeaths ?? 0) };
}

/**
 * @param {any} engine @param {any} faults @param {Reference} reference @param {import('./cases.mjs').Case} test
 * @param {string} seed
 * @returns {Promise<{ died: boolean }>} rejects with what is wrong
 */
export async function tryFault(engine, faults, reference, test, seed) {
  const random = new Random(`${seed}/${Object.values(test).join('/')}`);
  const kind = scenarioOf(test.point);
  const world = `${seed}/${random.int(0, 9)}`;
  const scene = {
    next: nextBlock(world),
    ...(test.job === 'calls' ? { calls: callsFor(kind, world) } : { block: blockFor(kind, world) }),
  };
  const expected = await reference.of([kind, world, test.job, test.commit].join(), scene, test.commit);
  await engine.configure(policyOf(test.point, random));
  let most = kind === 'mixed' ? 8 : 1;
  if (test.point === 'kernel') most = 2000;
  if (test.point === 'hashing') most = 300; // the holder of the token comes by first
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await tryOnce(engine, faults, scene, expected, test, random.int(1, most));
    if (outcome.fired) return outcome;
    most = Math.max(1, Math.min(most - 1, outcome.reached));
  }
  throw new Error(`the point was not reached in ${TRIES} runs`);
}
