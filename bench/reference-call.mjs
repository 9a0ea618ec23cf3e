/**
 * A call of `@ethereumjs/evm` that can be timed again and again: machine, block, addresses and state are made once, the
 * clock runs over `runCall` alone, and what the call changed is undone behind it. `runCall` knows neither intrinsic gas
 * nor what a transaction warms up first (EIP-2929, EIP-3651): the caller takes the gas off, the addresses are warmed here.
 */
import { createBlock } from '@ethereumjs/block';
import { createEVM, getActivePrecompiles } from '@ethereumjs/evm';
import { bytesToHex, createAddressFromString, hexToBytes } from '@ethereumjs/util';
import { logText } from '../test/oracle/calls.mjs';
import { FlatState } from '../test/oracle/flat-state.mjs';
import { commonOf } from '../test/oracle/reference.mjs';
import { worldOf } from '../test/oracle/world.mjs';

/** @typedef {import('./calls.mjs').CallCase} CallCase */

const NO_ROOT = new Uint8Array(32);

/** @param {CallCase['block']} context */
function blockOf({ number, timestamp, gasLimit, baseFeePerGas = 0n, coinbase, prevRandao }, common) {
  const header = { number, timestamp, gasLimit, baseFeePerGas, coinbase, ...(prevRandao && { mixHash: prevRandao }) };
  return createBlock({ header }, { common, skipConsensusFormatValidation: true });
}

/** @param {Record<string, string>} blockHashes */
export function chainOf(blockHashes) {
  const chain = {
    getBlock: async (/** @type {bigint} */ number) => ({ hash: () => hexToBytes(blockHashes[String(number)]) }),
    shallowCopy: () => chain,
  };
  return chain;
}

export class ReferenceCall {
  #evm;
  #options;
  /** @type {string[]} */
  #warm;

  /** @param {any} evm @param {object} options of `runCall` @param {string[]} warm addresses without prefix */
  constructor(evm, options, warm) {
    this.#evm = evm;
    this.#options = options;
    this.#warm = warm;
  }

  /** @param {CallCase} call @param {bigint} gas without intrinsic gas */
  static async create({ file, block: context, blockHashes = {}, call }, gas) {
    const common = commonOf({ chainId: 1, hardfork: context.hardfork });
    const block = blockOf(context, common);
    const stateManager = new FlatState(worldOf(file), NO_ROOT);
    const evm = await createEVM({ common, stateManager, blockchain: chainOf(blockHashes) });
    const [caller, to] = [call.from, call.to].map(createAddressFromString);
    const data = hexToBytes(call.data);
    const addresses = [call.from, call.to, block.header.coinbase.toString()];
    const warm = [...addresses.map((address) => address.slice(2)), ...getActivePrecompiles(common).keys()];
    const options = { block, caller, origin: caller, to, data, value: call.value ?? 0n, gasLimit: gas };
    return new ReferenceCall(evm, options, warm);
  }

  /** @returns {Promise<{ ms: number, result: object }>} */
  async run() {
    const evm = this.#evm;
    const { journal, stateManager, transientStorage } = evm;
    await journal.checkpoint();
    for (const address of this.#warm) journal.addAlwaysWarmAddress(address);
    const start = performance.now();
    const { execResult } = await evm.runCall(this.#options);
    const ms = performance.now() - start;
    await journal.revert();
    journal.cleanJournal();
    transientStorage.clear();
    stateManager.originalStorageCache.clear();
    const { exceptionError, returnValue, executionGasUsed, logs = [] } = execResult;
    const success = exceptionError === undefined;
    const output = bytesToHex(returnValue);
    return { ms, result: { success, output, executionGasUsed, logs: success ? logs.map(logText) : [] } };
  }
}
