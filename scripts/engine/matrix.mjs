/** The matrix over some cases: all rows of the table of engines, one after another, each engine started once and reused. */
import { createEngine } from '../../dist/src/index.js';
import { faultOf, inTime } from './check.mjs';
import { faultOfFile } from './files.mjs';
import { expectedOf, faultOfMeaning } from './oracle.mjs';

/** @typedef {import('../../dist/src/index.js').Engine} Engine */
/** @typedef {import('./engines.mjs').EngineRow} EngineRow */
/** @typedef {import('./scenarios.mjs').Case} Case */
/** @typedef {{ subject: Case, expected: import('./oracle.mjs').Expected[], yardstick: object[] }} Subject */

const textOf = (/** @type {any} */ error) => `${error.code ?? error.name}: ${error.message}`;

/** Counts cases and tells of each failure in one line. */
export class Tally {
  passed = 0;
  failed = 0;

  /** @param {string} name @param {string | undefined} fault */
  record(name, fault) {
    if (fault === undefined) this.passed += 1;
    else {
      this.failed += 1;
      console.log(`FAIL ${name}: ${fault}`);
    }
  }
}

/** An engine that is replaced when it hangs or fails, so that one case fails and not all behind it. */
class Row {
  /** @type {Promise<Engine> | undefined} */
  #engine;

  /** @param {EngineRow} row */
  constructor({ name, options }) {
    this.name = name;
    this.options = options;
  }

  /** @param {(engine: Engine) => Promise<string | undefined>} run @returns {Promise<string | undefined>} */
  async fault(run) {
    this.#engine ??= createEngine(this.options);
    const engine = this.#engine;
    try {
      return await run(await engine);
    } catch (error) {
      this.#engine = undefined;
      engine.then((failed) => failed.close()).catch(() => {}); // what matters is in the error
      return textOf(error);
    }
  }

  async close() {
    await (await this.#engine)?.close();
  }
}

/**
 * Builds cases and asks the oracle; a case that is not about what it says is a failure.
 * @param {readonly { name: string, build: () => Case | Promise<Case> }[]} plans @param {string} seed @param {Tally} tally
 * @returns {Promise<Subject[]>}
 */
export async function subjectsOf(plans, seed, tally) {
  const subjects = [];
  for (const { name, build } of plans) {
    const title = `${name} on the oracle, seed ${seed}`;
    try {
      const subject = await build();
      const expected = await expectedOf(subject);
      tally.record(title, faultOfMeaning(subject, expected));
      subjects.push({ subject, expected, yardstick: [] });
    } catch (error) {
      tally.record(title, textOf(error));
    }
  }
  return subjects;
}

/**
 * @param {{ subjects: Subject[], files: import('./files.mjs').BlockPath[] }} cases @param {EngineRow[]} rows the yardstick first
 * @param {{ seed: string, repeats: number }} options @param {Tally} tally
 */
export async function runMatrix({ subjects, files }, rows, { seed, repeats }, tally) {
  for (const data of rows) {
    const row = new Row(data);
    for (const { subject, expected, yardstick } of subjects) {
      const fault = await row.fault((engine) => faultOf(subject, expected, engine, { repeats, yardstick }));
      tally.record(`${subject.name} at ${row.name}, seed ${seed}`, fault);
    }
    for (const file of files) {
      const fault = await row.fault((engine) => faultOfFile(file, engine, repeats));
      tally.record(`${file.name} at ${row.name}`, fault);
    }
    const stuck = await inTime(row.close()).then(() => undefined, textOf);
    tally.record(`the end of ${row.name}`, stuck);
  }
}
