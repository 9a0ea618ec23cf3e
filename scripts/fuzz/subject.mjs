/** The engine under test: each transaction by itself, and all valid ones of a world as one block over two slots. */
import { createEngine } from '../../dist/src/index.js';
import { BareEngine } from '../../dist/src/statetest.js';
import { isFrom } from './forks.mjs';

const SLOTS = 2;
const NO_HASH = `0x${'00'.repeat(32)}`;
const hex = (/** @type {Uint8Array} */ bytes) => `0x${Buffer.from(bytes).toString('hex')}`;
const quantity = (/** @type {bigint} */ value) => `0x${value.toString(16)}`;
/** Byte strings of authorizations are numbers without leading zeros. */
const number = (/** @type {Uint8Array} */ bytes) => (bytes.length === 0 ? '0x0' : quantity(BigInt(hex(bytes))));

/** @param {Uint8Array[]} tuple */
const authorization = ([chainId, address, nonce, yParity, r, s]) => ({
  ...{ chainId: number(chainId), address: hex(address), nonce: number(nonce) },
  ...{ yParity: number(yParity), r: number(r), s: number(s) },
});

/** @param {import('./resolve.mjs').Resolved} tx as JSON-RPC */
function rpcOf(tx) {
  const { type, from, to, nonce, gas, maxFee, tip, value, data, accessList, blobs, maxBlobFee, authorizations } = tx;
  return {
    ...{ type: quantity(BigInt(type)), from, to, input: data },
    ...{ nonce: quantity(nonce), gas: quantity(gas), value: quantity(value) },
    ...(type < 2
      ? { gasPrice: quantity(maxFee) }
      : { maxFeePerGas: quantity(maxFee), maxPriorityFeePerGas: quantity(tip) }),
    ...(type > 0 && { chainId: '0x1', accessList }),
    ...(type === 3 && { blobVersionedHashes: blobs, maxFeePerBlobGas: quantity(maxBlobFee) }),
    ...(type === 4 && { authorizationList: authorizations.map(authorization) }),
  };
}

/** @param {import('./world.mjs').Block} block @param {string} hardfork */
function contextOf(
  { number: height, timestamp, gasLimit, coinbase, difficulty, prevRandao, baseFee, excessBlobGas },
  hardfork,
) {
  return {
    ...{ hardfork, number: height, timestamp, gasLimit, coinbase, baseFeePerGas: baseFee },
    ...(isFrom(hardfork, 'paris') ? { prevRandao } : { difficulty }),
    ...(isFrom(hardfork, 'cancun') && { excessBlobGas }),
  };
}

/** @param {import('./world.mjs').Block} block @param {string} fork */
function headerOf(
  { number: height, timestamp, gasLimit, coinbase, difficulty, prevRandao, baseFee, excessBlobGas },
  fork,
) {
  return {
    ...{ number: quantity(height), timestamp: quantity(timestamp), gasLimit: quantity(gasLimit), miner: coinbase },
    ...{ difficulty: quantity(difficulty), parentHash: NO_HASH, mixHash: prevRandao },
    ...(isFrom(fork, 'london') && { baseFeePerGas: quantity(baseFee) }),
    ...(isFrom(fork, 'cancun') && { excessBlobGas: quantity(excessBlobGas), parentBeaconBlockRoot: NO_HASH }),
    ...(isFrom(fork, 'shanghai') && { withdrawals: [] }),
  };
}

/** @param {any} log */
const logText = ([address, topics, data]) => [hex(address), topics.map(hex), hex(data)];

/** @param {any} result of `runTx` */
function outcome({ success, halt, gasUsed, output, logs, receipt, createdAddress, stateDiff, trace }) {
  return {
    ...{ success, halt, gasUsed, output: hex(output), logs: logs.map(logText), bloom: hex(receipt.bitvector) },
    ...(createdAddress !== undefined && { createdAddress: hex(createdAddress) }),
    ...(trace !== undefined && { trace }),
    diff: stateDiff.toJSON(),
  };
}

export class Subject {
  /** @param {import('parallel-evm').Engine} engine @param {BareEngine} crew */
  constructor(engine, crew) {
    this.engine = engine;
    this.crew = crew;
  }

  static async start() {
    return new Subject(await createEngine({ slots: 1 }), await BareEngine.start(SLOTS));
  }

  /**
   * @param {string} fork @param {import('./world.mjs').Block} block @param {any} preState
   * @param {Record<string, string>} blockHashes @param {any} [trace] what to trace of each transaction
   */
  async begin(fork, block, preState, blockHashes, trace) {
    const state = await this.engine.createState(preState);
    const context = contextOf(block, fork);
    return {
      /** @param {import('./resolve.mjs').Resolved} tx @returns {Promise<any>} */
      run: async (tx) => {
        try {
          const result = await this.engine.runTx({
            tx: /** @type {any} */ (rpcOf(tx)),
            state,
            trace,
            block: /** @type {any} */ (context),
            blockHashes: /** @type {any} */ (blockHashes),
          });
          return result.invalid === undefined ? outcome(result) : { refusal: result.invalid.code };
        } catch (error) {
          const { code, field } = /** @type {any} */ (error);
          if (code === 'BAD_ARGUMENT') return { refusal: `${code} ${field}` };
          throw error;
        }
      },
      world: () => state.toJSON(),
      end: () => state.dispose(),
    };
  }

  /**
   * The transactions as one block on a state of its own.
   * @param {string} fork @param {import('./world.mjs').Block} block @param {any} preState
   * @param {Record<string, string>} blockHashes @param {import('./resolve.mjs').Resolved[]} txs
   */
  async runBlock(fork, block, preState, blockHashes, txs) {
    const state = await this.crew.createState(preState);
    try {
      const full = /** @type {any} */ ({ ...headerOf(block, fork), transactions: txs.map(rpcOf) });
      const { invalid, receipts, stats } = await this.crew.run({
        block: full,
        hardfork: fork,
        state,
        blockHashes: /** @type {any} */ (blockHashes),
      });
      if (invalid !== undefined) return { invalid };
      const outcomes = receipts.map(({ status, cumulativeBlockGasUsed, bitvector, logs }) => ({
        ...{
          success: status === 1,
          cumulativeGas: cumulativeBlockGasUsed,
          bloom: hex(bitvector),
          logs: logs.map(logText),
        },
      }));
      return { outcomes, redos: stats.redos, world: await state.toJSON() };
    } finally {
      await state.dispose();
    }
  }

  async close() {
    await Promise.all([this.engine.close(), this.crew.close()]);
  }
}
