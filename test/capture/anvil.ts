// A real node on the loopback interface: the binary that the package @foundry-rs/anvil brings for this platform.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemContracts } from '../../scripts/showcase/system-contracts.mjs';

const require = createRequire(import.meta.url);
const CPUS: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const EXECUTABLE = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

function binaryPath(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${CPUS[process.arch] ?? process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', EXECUTABLE);
}

/** The address that anvil says it listens on. */
function listening(node: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    node.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      const [, address] = /Listening on (\S+)/.exec(text) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
    node.once('error', reject);
    node.once('exit', (code) => reject(new Error(`anvil ended with code ${code}: ${text}`)));
  });
}

export type Json = Record<string, unknown>;

/** A running node. */
export class Anvil {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #home: string;

  private constructor(url: string, process: ChildProcess, home: string) {
    this.url = url;
    this.#process = process;
    this.#home = home;
  }

  /** A chain under the rules of `hardfork`, with the contracts that its blocks call. Nothing is mined but by `mine`. */
  static async start(hardfork: string): Promise<Anvil> {
    const home = mkdtempSync(join(tmpdir(), 'anvil-'));
    const args = ['--port', '0', '--hardfork', hardfork, '--no-mining', '--timestamp', '1800000000'];
    const child = spawn(binaryPath(), args, { env: { HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] });
    const node = new Anvil(await listening(child), child, home);
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

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
    rmSync(this.#home, { recursive: true, force: true });
  }
}
