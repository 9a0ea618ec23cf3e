/**
 * Runs a world on both sides, instruction by instruction: what the opcode trace tells against the step events of the
 * reference's interpreter.
 */
import { firstDifference, sentence } from '../../test/oracle/difference.mjs';
import { hashesBefore } from './check.mjs';
import { Reference } from './reference.mjs';
import { resolve } from './resolve.mjs';
import { preStateOf } from './world.mjs';

const TRACE = { type: 'opcodes', enableMemory: true };
const STIPEND = 2300n;
const CALLS = [0xf1, 0xf2, 0xf4, 0xfa];
const INVALID = 0xfe;
const CREATIONS = [0xf0, 0xf5];
const quantity = (/** @type {bigint} */ value) => `0x${value.toString(16)}`;

/** Memory as words; the reference may hold less of it than it counts. @param {Uint8Array} bytes @param {bigint} words */
function memoryText(bytes, words) {
  const whole = Buffer.alloc(Number(words) * 32);
  whole.set(bytes.subarray(0, whole.length));
  return `0x${whole.toString('hex')}`;
}

/** @param {any} event of the reference's interpreter @returns {any} */
const expectedStep = ({ pc, opcode, gasLeft, depth, stack, memory, memoryWordCount }) => ({
  ...{ pc, op: opcode.code, gas: quantity(gasLeft), depth: depth + 1, cost: opcode.dynamicFee },
  ...{ stack: stack.map(quantity), memory: memoryText(memory, memoryWordCount) },
});

/** What a message is given beyond the instruction's own cost: not its stipend. @param {any} step @param {any} message */
function givenTo({ op, stack }, { gasLimit }) {
  const pays = (op === 0xf1 || op === 0xf2) && BigInt(stack.at(-3)) !== 0n;
  return CREATIONS.includes(op) ? 0n : gasLimit - (pays ? STIPEND : 0n);
}

/** Collects what the reference's interpreter does. */
class Steps {
  /** @type {any[]} */
  steps = [];

  /** @param {any} evm */
  watch = (evm) => {
    evm.events.on('step', (/** @type {any} */ event) => void this.steps.push(expectedStep(event)));
    evm.events.on('beforeMessage', (/** @type {any} */ message) => {
      const step = this.steps.at(-1);
      if (step === undefined || message.depth === 0) return;
      step.entered = true;
      step.cost += givenTo(step, message);
    });
  };
}

/** True for the STOP behind the last byte of a code, which the reference does not tell of. @param {any} got @param {any} expected */
const isBehindCode = (got, expected) =>
  got.op === 0 && !(expected?.op === 0 && expected.pc === got.pc && expected.depth === got.depth);

/** True where the reference does not tell what the instruction costs: it failed, or was refused its frame. @param {any} got @param {any} expected */
const isCostOpen = (got, expected) => got.error !== undefined || (CALLS.includes(got.op) && !expected.entered);

/** @param {any} got @param {any} expected */
function stepDifference(got, expected) {
  const { entered, cost, ...rest } = expected;
  const { pc, gas, depth, stack, memory, gasCost } = got;
  const op = got.error?.startsWith('invalid opcode') ? INVALID : got.op; // the reference has one instruction for all that are none
  const open = isCostOpen(got, expected);
  return firstDifference(
    { pc, op, gas, depth, stack, memory, ...(!open && { gasCost }) },
    { ...rest, ...(!open && { gasCost: quantity(cost) }) },
    `${got.opName} at ${pc}`,
  );
}

export class TraceChecker {
  /** Instructions that were compared. */
  steps = 0;
  /** Frames that were compared, by depth. @type {Set<number>} */
  depths = new Set();
  /** @type {Set<string>} */
  opcodes = new Set();
  #events = new Steps();
  #reference;

  /** @param {import('./subject.mjs').Subject} subject @param {import('./coverage.mjs').Coverage} coverage */
  constructor(subject, coverage) {
    this.subject = subject;
    this.#reference = new Reference(coverage, this.#events.watch);
  }

  /** The first difference of a world, in a sentence. @param {import('./world.mjs').World} world @returns {Promise<string | undefined>} */
  async check(world) {
    const { fork, block } = world;
    const preState = preStateOf(world);
    const hashes = hashesBefore(block.number);
    const reference = await this.#reference.start(fork, block, preState, hashes);
    const subject = await this.subject.begin(fork, block, preState, hashes, TRACE);
    try {
      for (const [i, draft] of world.drafts.entries()) {
        const tx = resolve(draft, world, reference.account, reference.blobs.fee);
        this.#events.steps = [];
        const expected = await reference.run(tx);
        const got = await subject.run(tx);
        if (got.refusal !== undefined || expected.refusal !== undefined) continue;
        if (got.gasUsed !== expected.gasUsed) return undefined; // a known deviation of the reference: the worlds have parted
        const difference = this.#compare([...got.trace.result.steps()], this.#events.steps);
        if (difference !== undefined) return `${fork}, transaction ${i}: ${difference}`;
      }
      return undefined;
    } finally {
      await subject.end();
    }
  }

  /** @param {any[]} got @param {any[]} expected */
  #compare(got, expected) {
    let next = 0;
    for (const [i, step] of got.entries()) {
      if (isBehindCode(step, expected[next])) continue;
      const should = expected[next++];
      if (should === undefined) return `step ${i}: ${step.opName} at ${step.pc} more`;
      const difference = stepDifference(step, should);
      if (difference !== undefined) return `step ${i}: ${sentence(difference)}`;
      this.steps++;
      this.depths.add(step.depth);
      this.opcodes.add(step.opName);
    }
    return next === expected.length ? undefined : `${next} steps, expected ${expected.length}`;
  }
}
