/** The node of the package `@foundry-rs/anvil` on the loopback interface: its binary for this platform, started and ended. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
/** @type {Record<string, string>} */
const CPUS = { x64: 'amd64', arm64: 'arm64' };
const EXECUTABLE = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

function binaryPath() {
  const name = `@foundry-rs/anvil-${process.platform}-${CPUS[process.arch] ?? process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', EXECUTABLE);
}

/** The address that the node says it listens on. @param {import('node:child_process').ChildProcess} node @returns {Promise<string>} */
function listening(node) {
  return new Promise((resolve, reject) => {
    let text = '';
    node.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const [, address] = /Listening on (\S+)/.exec(text) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
    node.once('error', reject);
    node.once('exit', (code) => reject(new Error(`anvil ended with code ${code}: ${text}`)));
  });
}

/**
 * Starts a node on a free port, with a home of its own that goes with it.
 * @param {readonly string[]} options @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startAnvil(options) {
  const home = mkdtempSync(join(tmpdir(), 'anvil-'));
  const node = spawn(binaryPath(), ['--port', '0', ...options], {
    env: { HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = new Promise((resolve) => node.once('exit', resolve));
    node.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  return { url: await listening(node), stop };
}
