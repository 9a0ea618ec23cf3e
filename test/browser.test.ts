import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runShowcase } from './browser/showcase.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

// A developer's machine may have no Chromium; continuous integration must have it.
const absent = !existsSync(executablePath) && process.env.CI === undefined;

describe.skipIf(absent)('in Chromium, skipped where there is none (set CHROMIUM to its path)', () => {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  let context: BrowserContext;
  let server: PreviewServer;

  beforeAll(async () => {
    const site = {
      configFile: false as const,
      root: here('./browser'),
      publicDir: here('../showcase'),
      logLevel: 'warn' as const,
      resolve: { alias: { 'parallel-evm': here('../dist/browser/index.js') } },
      worker: { format: 'es' as const },
      build: { outDir: here('../build/browser'), emptyOutDir: true, target: 'es2022' },
    };
    await build({ ...site, base: './' });
    server = await preview({ ...site, preview: { port: 0, headers: HEADERS } });
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: FLAGS.split(' '),
    });
  });

  afterAll(async () => {
    await context?.close();
    await server?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('a page bundled by Vite executes the showcase block on two slots as Node does', async () => {
    const page = await context.newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(server.resolvedUrls?.local[0] as string);
    await page
      .waitForFunction(() => 'outcome' in globalThis, undefined, { timeout: 45_000 })
      .catch((cause) => {
        throw new Error(`the page gave no result; its console: ${messages.join(' | ')}`, { cause });
      });
    const outcome = await page.evaluate(() => (globalThis as unknown as { outcome: unknown }).outcome);
    const expected = await runShowcase(readFileSync(here('../showcase/block.json.gz')));
    expect(outcome).toEqual({ isolated: true, ...expected });
  });
});
