/** Worlds of a seed, made and checked one after another on both sides. */
import { Checker } from './check.mjs';
import { Coverage } from './coverage.mjs';
import { precompileInputs } from './precompile-inputs.mjs';
import { Reference } from './reference.mjs';
import { plain, shrink } from './shrink.mjs';
import { Subject } from './subject.mjs';
import { PER_WORLD, randomWorld } from './world.mjs';

/** Counters of the reference's machines, which outlive a batch and feed whichever is current. */
class CurrentCoverage {
  current = new Coverage();

  /** @param {string} fork @param {number} op @param {number} depth */
  instruction(fork, op, depth) {
    this.current.instruction(fork, op, depth);
  }

  /** @param {string} fork @param {number[]} ops */
  define(fork, ops) {
    this.current.define(fork, ops);
  }

  /** @param {string | undefined} error */
  message(error) {
    this.current.message(error);
  }

  /** @param {number} id @param {boolean} passed */
  precompile(id, passed) {
    this.current.precompile(id, passed);
  }
}

export class Fuzzer {
  /** @param {string} seed @param {Subject} subject */
  constructor(seed, subject) {
    this.seed = seed;
    this.subject = subject;
    this.counters = new CurrentCoverage();
    this.reference = new Reference(/** @type {any} */ (this.counters));
    this.precompiles = precompileInputs(seed);
  }

  /** @param {string} seed */
  static async start(seed) {
    return new Fuzzer(seed, await Subject.start());
  }

  /** @param {number} index */
  world(index) {
    return randomWorld(this.seed, index, this.precompiles);
  }

  /** Worlds `first` to `first + count - 1`. @param {number} first @param {number} count @returns {Promise<import('./jobs.mjs').Report>} */
  async run(first, count) {
    const coverage = new Coverage();
    this.counters.current = coverage;
    const checker = new Checker(this.reference, this.subject, coverage);
    const { user, system } = process.cpuUsage();
    /** @type {import('./jobs.mjs').Found[]} */
    const found = [];
    for (let index = first; index < first + count; index++) {
      const failure = await checker.check(this.world(index));
      if (failure !== undefined)
        found.push({ caseNumber: index * PER_WORLD + failure.offset, difference: failure.difference });
    }
    const now = process.cpuUsage();
    const cpuSeconds = (now.user - user + now.system - system) / 1e6;
    return { cases: count * PER_WORLD, found, coverage, cpuSeconds };
  }

  /** One case by itself, cut down if it fails. @param {number} caseNumber @returns {Promise<import('./jobs.mjs').Found | undefined>} */
  async replay(caseNumber) {
    const index = Math.floor(caseNumber / PER_WORLD);
    const checker = new Checker(this.reference, this.subject, new Coverage());
    const failure = await checker.check(this.world(index));
    if (failure === undefined) return undefined;
    const small = await shrink(this.world(index), (world) => checker.check(world));
    const shrunk = `${small.failure.difference}\n${JSON.stringify(small.world, plain)}`;
    return { caseNumber: index * PER_WORLD + failure.offset, difference: failure.difference, shrunk };
  }

  async close() {
    await this.subject.close();
  }
}
