/** Counts of what the cases reached. Plain objects, so that those of several processes add up. */

/** @typedef {Record<string, number>} Counts */

/** @param {Counts} counts @param {string | number} key @param {number} [by] */
const add = (counts, key, by = 1) => {
  counts[key] = (counts[key] ?? 0) + by;
};

const COUNTS = [
  'precompilesPassed',
  'precompilesFailed',
  'endings',
  'frames',
  'refusals',
  'forks',
  'types',
  'depths',
  'blocks',
  'deviations',
];

export class Coverage {
  /** Executions of each opcode by fork. @type {Record<string, Counts>} */
  opcodes = {};
  /** @type {Counts} */
  precompilesPassed = {};
  /** @type {Counts} */
  precompilesFailed = {};
  /** How the outermost frames ended. @type {Counts} */
  endings = {};
  /** How frames ended, in the reference's words. @type {Counts} */
  frames = {};
  /** @type {Counts} */
  refusals = {};
  /** @type {Counts} */
  forks = {};
  /** @type {Counts} */
  types = {};
  /** Deepest frame of each transaction, by powers of two. @type {Counts} */
  depths = {};
  /** Whole blocks over two slots: how many, of how many transactions, how often one was executed again. @type {Counts} */
  blocks = {};
  /** Deviations of the reference that were met. @type {Counts} */
  deviations = {};
  /** The opcodes that each fork has. @type {Record<string, number[]>} */
  defined = {};
  #deepest = 0;

  /** @param {string} fork @param {number[]} ops */
  define(fork, ops) {
    this.defined[fork] = ops;
  }

  /** @param {string} fork @param {number} op @param {number} depth */
  instruction(fork, op, depth) {
    this.opcodes[fork] ??= {};
    add(this.opcodes[fork], op);
    if (depth > this.#deepest) this.#deepest = depth;
  }

  /** @param {number} id @param {boolean} passed */
  precompile(id, passed) {
    add(passed ? this.precompilesPassed : this.precompilesFailed, id);
  }

  /** @param {string | undefined} error */
  message(error) {
    add(this.frames, error?.replace(/ at 0x.*/, '') ?? 'success');
  }

  /** @param {string} fork @param {number} type @param {{ success?: boolean, halt?: string, refusal?: string }} result */
  transaction(fork, type, { success, halt, refusal }) {
    add(this.forks, fork);
    add(this.types, type);
    if (refusal !== undefined) add(this.refusals, refusal);
    else add(this.endings, success ? 'SUCCESS' : /** @type {string} */ (halt));
    if (refusal === undefined) add(this.depths, this.#deepest === 0 ? 0 : 2 ** Math.floor(Math.log2(this.#deepest)));
    this.#deepest = 0;
  }

  /** @param {number} transactions @param {number} redos */
  block(transactions, redos) {
    add(this.blocks, 'blocks');
    add(this.blocks, 'transactions', transactions);
    add(this.blocks, 'redos', redos);
  }

  /** @param {string} name */
  deviation(name) {
    add(this.deviations, name);
  }

  /** @param {Coverage} other its counts as plain data */
  merge(other) {
    for (const name of COUNTS) for (const [key, count] of Object.entries(other[name])) add(this[name], key, count);
    Object.assign(this.defined, other.defined);
    for (const [fork, counts] of Object.entries(other.opcodes)) {
      this.opcodes[fork] ??= {};
      for (const [op, count] of Object.entries(counts)) add(this.opcodes[fork], op, count);
    }
  }
}
