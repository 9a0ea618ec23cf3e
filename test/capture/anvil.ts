// A real node on the loopback interface, with the contracts that its blocks call.
import { systemContracts } from '../../scripts/showcase/system-contracts.mjs';
import { startAnvil } from '../oracle/anvil-process.mjs';

export type Json = Record<string, unknown>;

/** A running node. */
export class Anvil {
  readonly url: string;
  readonly stop: () => Promise<void>;

  private constructor({ url, stop }: { url: string; stop: () => Promise<void> }) {
    this.url = url;
    this.stop = stop;
  }

  /** A chain under the rules of `hardfork`, with the contracts that its blocks call. Nothing is mined but by `mine`. */
  static async start(hardfork: string): Promise<Anvil> {
    const rules = ['--hardfork', hardfork, '--no-mining', '--timestamp', '1800000000'];
    const node = new Anvil(await startAnvil(rules));
    for (const { address, code } of systemContracts(hardfork)) await node.ask('anvil_setCode', [address, code]);
    // The header of the first block does not hash the state that the node begins with: nothing can be proven of it.
    await node.mine();
    return node;
  }

  async ask<T = unknown>(method: string, params: readonly unknown[] = []): Promise<T> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result, error } = (await response.json()) as { result: T; error?: { code: number; message: string } };
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return result;
  }

  /** Sends a transaction of an account of the node. Returns its hash. */
  send(tx: Json): Promise<string> {
    return this.ask('eth_sendTransaction', [{ gas: '0x100000', ...tx }]);
  }

  /** Puts all that was sent into a block. Returns its number. */
  async mine(): Promise<number> {
    await this.ask('evm_mine');
    return Number(await this.ask('eth_blockNumber'));
  }
}
