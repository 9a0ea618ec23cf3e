import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBlockFile } from 'parallel-evm';
import { type BrowserContext, chromium } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCapture } from './browser/capture.ts';
import { runShowcase, type Summary } from './browser/showcase.ts';
import { Anvil } from './capture/anvil.ts';
import { buildTown } from './capture/town.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

// A developer's machine may have no Chromium; continuous integration must have it.
const absent = !existsSync(executablePath) && process.env.CI === undefined;

const SITE = {
  configFile: false as const,
  root: here('./browser'),
  publicDir: here('../showcase'),
  logLevel: 'warn' as const,
  resolve: { alias: { 'parallel-evm': here('../dist/browser/index.js') } },
  worker: { format: 'es' as const },
  build: { outDir: here('../build/browser'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000 },
};

/** What the page found out, once it has; with the page's console in the error if it never does. */
async function outcomeOf(context: BrowserContext, server: PreviewServer, query = ''): Promise<unknown> {
  const page = await context.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  await page.goto(`${server.resolvedUrls?.local[0]}${query}`);
  await page
    .waitForFunction(() => 'outcome' in globalThis, undefined, { timeout: 45_000 })
    .catch((cause) => {
      throw new Error(`the page gave no result; its console: ${messages.join(' | ')}`, { cause });
    });
  return page.evaluate(() => (globalThis as unknown as { outcome: unknown }).outcome);
}

describe.skipIf(absent)('in Chromium, skipped where there is none (set CHROMIUM to its path)', () => {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const servers: PreviewServer[] = [];
  let context: BrowserContext;
  let inNode: Summary;

  const serve = async (headers: Record<string, string>): Promise<PreviewServer> => {
    const server = await preview({ ...SITE, preview: { port: 0, headers } });
    servers.push(server);
    return server;
  };

  beforeAll(async () => {
    await build({ ...SITE, base: './' });
    inNode = await runShowcase(readFileSync(here('../showcase/block.json.gz')));
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: FLAGS.split(' '),
    });
  });

  afterAll(async () => {
    await context?.close();
    await Promise.all(servers.map((server) => server.close()));
    rmSync(profile, { recursive: true, force: true });
  });

  it('Node gives what the header of the showcase block says', async () => {
    const { header } = await readBlockFile(readFileSync(here('../showcase/block.json.gz')));
    const { gasUsed, receiptsRoot, logsBloom } = header;
    expect(inNode.result).toMatchObject({ gasUsed, receiptsRoot, logsBloom });
  });

  it('an isolated page bundled by Vite executes it on two slots as Node does', async () => {
    const outcome = await outcomeOf(context, await serve(ISOLATED));
    expect(outcome).toEqual({ sharedMemory: true, slots: 2, result: inNode.result });
  });

  it('an isolated page executes it in TypeScript as Node does in WebAssembly', async () => {
    const outcome = await outcomeOf(context, await serve(ISOLATED), '?execution=typescript');
    expect(outcome).toEqual({ sharedMemory: true, slots: 2, result: inNode.result });
  });

  it('a page that is not isolated cannot execute it in TypeScript', async () => {
    const outcome = await outcomeOf(context, await serve({}), '?execution=typescript');
    expect(outcome).toMatchObject({ error: expect.stringMatching(/typescript.*needs memory that threads share/s) });
  });

  it('a page that is not isolated executes it on one slot as Node does', async () => {
    const outcome = await outcomeOf(context, await serve({}));
    expect(outcome).toEqual({ sharedMemory: false, slots: 1, result: inNode.result });
  });

  it('a page captures a block from a node as Node does', async () => {
    const node = await Anvil.start('prague');
    try {
      const { creations = 0 } = await buildTown(node, 'prague');
      const task = { rpc: node.url, block: creations, hardfork: 'prague' };
      const query = `?capture=${encodeURIComponent(JSON.stringify(task))}`;
      expect(await outcomeOf(context, await serve(ISOLATED), query)).toEqual(await runCapture(task));
    } finally {
      await node.stop();
    }
  });
});
