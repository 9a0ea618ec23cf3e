/**
 * Whole blocks traced by the engine and by a node from npm: calls and instructions. Where the two disagree, geth's documented
 * formats and the specification decide; what the node tells otherwise is listed here and made the same before comparing.
 */
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { createEngine } from '../../dist/src/index.js';
import { Anvil } from '../../test/oracle/anvil.mjs';
import { firstDifference, sentence } from '../../test/oracle/difference.mjs';
import { preStateOf } from './world.mjs';

const CHAIN_ID = 1;
const GAS = 400_000n;
const FEES = { maxFeePerGas: '0x2540be400', maxPriorityFeePerGas: '0x3e8' };
/** What a block calls after its transactions (EIP-7002, EIP-7251): contracts that do nothing. */
const CALLED_BY_BLOCKS = ['0x00000961ef480eb55e80d19ad83579a64c007002', '0x0000bbddc7ce488642fb579f8b00f3a590007251'];
const NOTHING = { nonce: '0x1', balance: '0x0', code: '0x00', storage: {} };

const quantity = (/** @type {bigint} */ value) => `0x${value.toString(16)}`;
/** Results as their users write them down. */
const plain = (/** @type {unknown} */ value) => JSON.parse(JSON.stringify(value));

/** A chain on which a fork and all before it hold from the start. @param {string} hardfork */
function chainOf(hardfork) {
  const names = Mainnet.hardforks.map(({ name }) => name);
  const hardforks = names.slice(0, names.indexOf(hardfork) + 1).map((name) => ({ name, block: 0 }));
  return createCustomCommon({ name: 'local', chainId: CHAIN_ID, hardforks }, Mainnet, { hardfork });
}

/** @param {import('./transactions.mjs').Draft} draft */
const transactionOf = ({ from, to, data, value = 0n, gasExtra, accessList }) => ({
  ...{ from, ...(to !== null && { to }), data: `0x${data}`, value: quantity(value), ...FEES },
  ...{ gas: quantity(GAS + (gasExtra > 0n ? gasExtra : 0n)), accessList },
});

/** Without accounts that are nothing but storage, where the node makes contracts all the same (EIP-7610). @param {ReturnType<typeof preStateOf>} accounts */
function withoutOddities(accounts) {
  const isOdd = (/** @type {(typeof accounts)[string]} */ { nonce, code, storage }) =>
    nonce === '0x0' && code === '0x' && Object.keys(storage).length > 0;
  return Object.fromEntries(Object.entries(accounts).filter(([, account]) => !isOdd(account)));
}

// ── What the node tells otherwise ────────────────────────────────────────────────────────────────────────────────────

/** The node's own words for what geth has others for. */
const WORDS = [
  [/^out of gas|^gas uint64 overflow|^contract creation code storage out of gas/, 'out of gas'],
  [/^stack |^Stack(Under|Over)flow|^Out of stack/, 'stack'],
  [/^CreateContractSizeLimit$/, 'max code size exceeded'],
  [/^CreateContractStartingWithEF$/, 'invalid code: must not begin with 0xef'],
  [/^(StateChangeDuringStaticCall|CallNotAllowedInsideStatic)$/, 'write protection'],
  [/^OutOfOffset$/, 'return data out of bounds'],
  [/^CreateInitCodeSizeLimit$/, 'out of gas'],
  [/^CreateCollision$/, 'contract address collision'],
  [/^invalid opcode|^NotActivated$/, 'invalid opcode'],
];
const wordFor = (/** @type {string} */ text) =>
  /** @type {string | undefined} */ (WORDS.find(([form]) => /** @type {RegExp} */ (form).test(text))?.[1]) ?? text;

const PRECOMPILE = /^0x0{37}(0[0-9a-f]{2}|100)$/;

/**
 * A frame with the words made the same, and without what the node leaves out or gets wrong: it keeps logs of frames and
 * addresses of creations that failed, names nobody in self-destructs in favour of oneself (EIP-6780) and may count their value without the call's own,
 * and tells of a precompile's malformed input before it asks whether the gas suffices.
 * @param {any} frame @param {boolean} [undone] @returns {any}
 */
function comparableFrame(frame, undone = false) {
  const { logs, calls, from, to, value, error, ...rest } = frame;
  const isUndone = undone || error !== undefined;
  const isMade = error === undefined || !rest.type.startsWith('CREATE');
  const isDestruct = rest.type === 'SELFDESTRUCT';
  const failed = error !== undefined && PRECOMPILE.test(to) ? 'precompiled failed' : error && wordFor(error);
  return {
    ...rest,
    ...(!isDestruct && { from, value }),
    ...(!isDestruct && isMade && { to }),
    ...(failed !== undefined && { error: failed }),
    ...(!isUndone && logs !== undefined && { logs }),
    ...(calls !== undefined && { calls: calls.map((/** @type {any} */ call) => comparableFrame(call, isUndone)) }),
  };
}

/** The outermost frame: the node takes the intrinsic gas off what was given and counts the gas of the block so far. @param {any} frame */
function comparableCalls({ gas, gasUsed, ...frame }) {
  return comparableFrame(frame);
}

/** What may hold at once, so that either is right: the engine's word and the node's. @type {[string, string][]} */
const EITHER = [
  ['out of gas', 'write protection'],
  ['return data out of bounds', 'out of gas'],
];

/** The node's frames with the engine's word where both are right. @param {any} got @param {any} expected @param {[string, string][]} either @returns {any} */
function reconciled(got, expected, either) {
  const isEither = either.some(([ours, theirs]) => got?.error === ours && expected.error === theirs);
  return {
    ...expected,
    ...(isEither && { error: got.error }),
    ...(expected.calls !== undefined && {
      calls: expected.calls.map((/** @type {any} */ call, /** @type {number} */ i) =>
        reconciled(got?.calls?.[i], call, either),
      ),
    }),
  };
}

/** The same, where poorWrites says that both hold. @type {[string, string][]} */
const POOR_WRITE = [['write protection', 'out of gas']];

/** What a call costs at least (EIP-2929). */
const WARM_CALL_GAS = 100;

/**
 * Calls with value in static frames that lack even the gas for a warm account: either ends them (Yellow Paper, 9.4.2, orders neither).
 * @param {any} opcodes a trace of the engine
 */
const poorWrites = ({ structLogs }) =>
  structLogs.filter(
    (/** @type {any} */ { op, gas, error }) => op === 'CALL' && error === 'write protection' && gas < WARM_CALL_GAS,
  ).length;

/** Frames for which the engine says write protection and the node out of gas. @param {any} got @param {any} expected @returns {number} */
const countWrites = (got, expected) =>
  POOR_WRITE.filter(([ours, theirs]) => got?.error === ours && expected.error === theirs).length +
  (expected.calls ?? []).reduce(
    (/** @type {number} */ sum, /** @type {any} */ call, /** @type {number} */ i) =>
      sum + countWrites(got?.calls?.[i], call),
    0,
  );

/** An instruction without what it costs where that is a frame's or it failed, which the node counts otherwise. @param {any} log @returns {any} */
function comparableLog({ pc, op, gas, depth, stack }) {
  const name = /^(opcode|INVALID|Unknown|SLOTNUM|DUPN|SWAPN|EXCHANGE)/.test(op)
    ? 'none'
    : op === 'DIFFICULTY'
      ? 'PREVRANDAO'
      : op;
  return { pc, op: name, gas, depth, stack };
}

/** Instructions without a STOP that begins a code: the node runs one where there is no code at all. @param {any} trace */
const comparableOpcodes = ({ failed, structLogs }) => ({
  failed,
  structLogs: structLogs.map(comparableLog).filter((/** @type {any} */ { pc, op }) => pc !== 0 || op !== 'STOP'),
});

/** Accounts without empty ones, which the node tells of. @param {any} accounts */
function comparablePrestate(accounts) {
  const isEmpty = (/** @type {any} */ { balance, nonce, code }) =>
    BigInt(balance) === 0n && !nonce && (code ?? '0x') === '0x';
  return Object.fromEntries(Object.entries(accounts).filter(([, account]) => !isEmpty(account)));
}

/** @param {any} got @param {any} expected */
const commonPart = (got, expected) => Object.fromEntries(Object.entries(got).filter(([key]) => key in expected));

/**
 * The engine's accounts and slots without those that the node has not: what an instruction meets that then lacks gas is met
 * for the engine alone. @param {any} got @param {any} expected @returns {any}
 */
function metByBoth(got, expected) {
  const accounts = Object.entries(commonPart(got, expected)).map(([address, { storage = {}, ...rest }]) => {
    const met = commonPart(storage, expected[address].storage ?? {});
    return [address, { ...rest, ...(Object.keys(met).length > 0 && { storage: met }) }];
  });
  return Object.fromEntries(accounts);
}

/** @param {any} frame @returns {boolean} */
const lacksGas = ({ error, calls = [] }) => wordFor(error ?? '') === 'out of gas' || calls.some(lacksGas);

/** @param {any} diff */
const comparableDiff = ({ pre, post }) => ({ pre: comparablePrestate(pre), post });

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is traced, how the node is asked for it, and what of both answers is compared. */
const TRACES = [
  {
    trace: { type: 'calls', withLog: true },
    options: { tracer: 'callTracer', tracerConfig: { withLog: true } },
    comparable: comparableCalls,
  },
  { trace: { type: 'opcodes' }, options: {}, comparable: comparableOpcodes },
  { trace: { type: 'prestate' }, options: { tracer: 'prestateTracer' }, comparable: comparablePrestate },
  {
    trace: { type: 'prestate', diffMode: true },
    options: { tracer: 'prestateTracer', tracerConfig: { diffMode: true } },
    comparable: comparableDiff,
  },
];

export class AnvilChecker {
  transactions = 0;
  /** Frames by type, and errors of frames. @type {Record<string, number>} */
  frames = {};
  /** @type {Record<string, number>} */
  errors = {};

  /** @param {Anvil} node @param {import('parallel-evm').Engine[]} engines */
  constructor(node, engines) {
    this.node = node;
    this.engines = engines;
  }

  /** @param {string} hardfork @param {number[]} slots of the engines whose traces must agree */
  static async start(hardfork, slots) {
    const common = chainOf(hardfork);
    const engines = slots.map((count) => createEngine({ slots: count, common, warmUp: false }));
    return new AnvilChecker(await Anvil.start(hardfork, CHAIN_ID), await Promise.all(engines));
  }

  /** The first difference in a world's block, in a sentence. @param {import('./world.mjs').World} world @returns {Promise<string | undefined>} */
  check(world) {
    return this.node.apart(async () => {
      const accounts = withoutOddities(preStateOf(world));
      for (const address of CALLED_BY_BLOCKS) accounts[address] ??= NOTHING;
      await this.node.put(accounts);
      const block = await this.node.mine(world.drafts.filter(({ type }) => type < 3).map(transactionOf));
      if (block.transactions.length === 0) return undefined;
      /** Whether each transaction ran out of gas anywhere. @type {boolean[]} */
      let short = [];
      for (const { trace, options, comparable } of TRACES) {
        const expected = await this.node.trace(block, options);
        const got = await this.#traces(accounts, block, trace);
        if (got === undefined) return undefined; // the node lets senders pass that have code (EIP-3607)
        for (const [i, each] of expected.entries()) {
          const isShort = trace.type === 'prestate' && !trace.diffMode && short[i];
          const ours = comparable(isShort ? metByBoth(got[i], each) : got[i]);
          let theirs = comparable(each);
          if (trace.type === 'calls') {
            theirs = reconciled(ours, theirs, EITHER);
            const writes = countWrites(ours, theirs);
            if (writes > 0 && writes <= (await this.#poorWrites(accounts, block, i)))
              theirs = reconciled(ours, theirs, POOR_WRITE);
          }
          const difference = firstDifference(ours, theirs, `${trace.type} of transaction ${i}`);
          if (difference !== undefined) return sentence(difference);
        }
        if (trace.type !== 'calls') continue;
        short = got.map(lacksGas);
        for (const frame of got) this.#count(frame);
      }
      this.transactions += block.transactions.length;
      return undefined;
    });
  }

  /** @param {any} accounts @param {any} block @param {number} i of the transaction */
  async #poorWrites(accounts, block, i) {
    const traces = await this.#traces(accounts, block, { type: 'opcodes' });
    return traces === undefined ? 0 : poorWrites(traces[i]);
  }

  /** The traces of the first engine, which must be those of all others. @param {any} accounts @param {any} block @param {any} trace @returns {Promise<any[] | undefined>} */
  async #traces(accounts, block, trace) {
    const texts = [];
    for (const engine of this.engines) {
      const state = await engine.createState(accounts);
      const { invalid, traces = [] } = await engine.runBlock({ block, state, trace });
      await state.dispose();
      if (invalid?.code === 'SENDER_NOT_EOA') return undefined;
      if (invalid) throw new Error(`the node's block is invalid: ${invalid.reason}`);
      texts.push(JSON.stringify(traces.map(({ result }) => result)));
    }
    const other = texts.findIndex((text) => text !== texts[0]);
    if (other > 0) throw new Error(`engine ${other} traces otherwise than engine 0`);
    return plain(JSON.parse(/** @type {string} */ (texts[0])));
  }

  /** @param {any} frame */
  #count({ type, error, calls = [] }) {
    this.frames[type] = (this.frames[type] ?? 0) + 1;
    if (error !== undefined) this.errors[wordFor(error)] = (this.errors[wordFor(error)] ?? 0) + 1;
    for (const call of calls) this.#count(call);
  }

  async stop() {
    await Promise.all([this.node.stop(), ...this.engines.map((engine) => engine.close())]);
  }
}
