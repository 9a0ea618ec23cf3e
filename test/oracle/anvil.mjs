/**
 * A node from npm (`@foundry-rs/anvil`) on the loopback interface, which mines what it is given when it is told to, and
 * traces it.
 */
import { startAnvil } from './anvil-process.mjs';

const FLAGS = '--no-mining --auto-impersonate --accounts 0 --order fifo --disable-min-priority-fee --steps-tracing';

export class Anvil {
  /** @param {{ url: string, stop: () => Promise<void> }} node */
  constructor({ url, stop }) {
    this.url = url;
    this.stop = stop;
  }

  /** @param {string} hardfork as anvil names it @param {number} chainId */
  static async start(hardfork, chainId) {
    const rules = ['--hardfork', hardfork, '--chain-id', String(chainId)];
    return new Anvil(await startAnvil([...FLAGS.split(' '), ...rules]));
  }

  /** @param {[method: string, params: unknown[]][]} calls @returns {Promise<any[]>} results in order; errors as they are */
  async batch(calls) {
    const body = JSON.stringify(calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params })));
    const response = await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answers = /** @type {any[]} */ (await response.json());
    return answers.sort((a, b) => a.id - b.id).map(({ result, error }) => (error ? { error: error.message } : result));
  }

  /** @param {string} method @param {unknown[]} params @returns {Promise<any>} */
  async call(method, ...params) {
    const [result] = await this.batch([[method, params]]);
    if (result?.error !== undefined && Object.keys(result).length === 1) throw new Error(`${method}: ${result.error}`);
    return result;
  }

  /** @param {Record<string, { nonce: string, balance: string, code: string, storage: Record<string, string> }>} accounts */
  async put(accounts) {
    /** @type {[string, unknown[]][]} */
    const calls = [];
    for (const [address, { nonce, balance, code, storage }] of Object.entries(accounts)) {
      calls.push(['anvil_setNonce', [address, nonce]], ['anvil_setBalance', [address, balance]]);
      if (code !== '0x') calls.push(['anvil_setCode', [address, code]]);
      for (const [slot, value] of Object.entries(storage)) calls.push(['anvil_setStorageAt', [address, slot, value]]);
    }
    await this.batch(calls);
  }

  /** Sends what the pool accepts of the transactions and mines them as one block. @param {any[]} transactions @returns {Promise<any>} the block */
  async mine(transactions) {
    for (const transaction of transactions) await this.batch([['eth_sendTransaction', [transaction]]]);
    await this.call('evm_mine');
    return this.call('eth_getBlockByNumber', 'latest', true);
  }

  /** What `debug_traceTransaction` says of each transaction of a block. @param {any} block @param {object} options @returns {Promise<any[]>} */
  trace(block, options) {
    return this.batch(
      block.transactions.map((/** @type {any} */ { hash }) => ['debug_traceTransaction', [hash, options]]),
    );
  }

  /** @template T @param {() => Promise<T>} task whose changes are undone */
  async apart(task) {
    const snapshot = await this.call('evm_snapshot');
    try {
      return await task();
    } finally {
      await this.call('evm_revert', snapshot);
    }
  }
}
