// The page of `explain --html`: it is one file, and it works where nothing can be loaded.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHtml } from '../../src/cli/page/page.ts';
import { command } from './command.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
// A developer's machine may have no Chromium; continuous integration must have it.
const absent = !existsSync(executablePath) && process.env.CI === undefined;
const folder = mkdtempSync(join(tmpdir(), 'page-'));

it('what comes from a block cannot end the script or add markup', () => {
  const evil = '</script><b>';
  const page = pageHtml({
    title: evil,
    notes: [evil],
    data: {
      kinds: [evil],
      charts: [],
      transactions: [{ facts: [['to', evil]], needs: [], reads: [], writes: [] }],
    },
    tables: [{ heading: evil, head: [evil], rows: [[evil]] }],
  });
  expect(page.split(evil)).toHaveLength(1);
});

describe.skipIf(absent)('in Chromium, skipped where there is none (set CHROMIUM to its path)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser?.close());

  it('shows the schedules of the showcase, answers to keys, and says nothing on the console', async () => {
    const path = join(folder, 'explain.html');
    expect(command('explain', '--runs', '1', '--html', path).status).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toMatch(/https?:|<link|src=/);
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(`file://${path}`);
    expect(await page.locator('#choice option').count()).toBe(5);
    await page.selectOption('#choice', { label: 'best schedule on 4 slots' });
    await page.focus('#chart');
    for (const key of ['ArrowRight', 'ArrowRight', '+', '+', 'PageDown', '0']) await page.keyboard.press(key);
    expect(await page.locator('#picked h2').textContent()).toBe('Transaction 1');
    expect(await page.locator('#picked li').count()).toBeGreaterThan(3);
    await page.hover('#chart', { position: { x: 200, y: 40 } });
    expect(await page.locator('#tip').textContent()).toMatch(/transaction \d+, \d+ µs/);
    await page.keyboard.press('Escape');
    expect(await page.locator('#picked').textContent()).toBe('');
    expect(messages).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('tells what an arrow is about, and picks where it leads (%s)', async (scheme) => {
    const path = join(folder, `arrows-${scheme}.html`);
    const note = 'transaction 1 was redone because of transaction 0: slot 7 of 0xaa';
    const none = { facts: [], needs: [], reads: [], writes: [] };
    const charts = [
      {
        name: 'arrows',
        lanes: ['slot 0', 'slot 1'],
        spans: [[0, 0, 1, 0, 0, ''] as const, [1, 9, 10, 1, 1, ''] as const],
        arrows: [[0, 1, 1, 9, 1, note] as const],
        frontier: [],
      },
    ];
    const needs = [[0, 'redone for slot 7 of 0xaa'] as const];
    const data = { kinds: ['execute', 'redo'], charts, transactions: [none, { ...none, needs }] };
    writeFileSync(path, pageHtml({ title: 'arrows', notes: [], data, tables: [] }));
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: scheme });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(`file://${path}`);
    // The middle of the arrow: half-way between the ends of its spans, and between the two lanes.
    const box = await page.locator('#chart').boundingBox();
    const position = { x: 76 + ((box?.width ?? 0) - 84) / 2, y: 26 + 17 + 22 };
    await page.hover('#chart', { position });
    expect(await page.locator('#tip').textContent()).toBe(note);
    await page.click('#chart', { position });
    expect(await page.locator('#picked').textContent()).toMatch(/Transaction 1.*transaction 0: redone for slot 7/s);
    expect(messages).toEqual([]);
    await page.close();
  });

  it('fits a narrow window: nothing lies beside it, not even what the pointer is told', async () => {
    const path = join(folder, 'narrow.html');
    const hash = `0x${'5a'.repeat(32)}`;
    const note = `transactions 0 to 1, ${'a long note '.repeat(8)}`;
    const chart = {
      name: 'one',
      lanes: ['slot 0'],
      spans: [[0, 0, 1, 0, -1, note] as const],
      arrows: [],
      frontier: [],
    };
    const told = [`slot ${hash} of ${hash}`];
    const transaction = {
      facts: [['gas used in the block so far', hash] as const],
      needs: [],
      reads: told,
      writes: [],
    };
    const data = { kinds: ['confirm'], charts: [chart], transactions: [transaction] };
    const tables = [{ heading: 'keys', head: ['key', 'share of time'], rows: [[hash, '100.0 %']] }];
    writeFileSync(path, pageHtml({ title: 'narrow', notes: [], data, tables }));
    const page = await browser.newPage({ viewport: { width: 360, height: 700 } });
    await page.goto(`file://${path}`);
    await page.focus('#chart');
    await page.keyboard.press('ArrowRight');
    const box = await page.locator('#chart').boundingBox();
    await page.hover('#chart', { position: { x: (box?.width ?? 0) - 12, y: 40 } });
    expect(await page.locator('#tip').textContent()).toContain(note);
    for (const id of ['#tip', '#picked', 'table']) {
      const { x = -1, width = 0 } = (await page.locator(id).boundingBox()) ?? {};
      expect(x).toBeGreaterThanOrEqual(0);
      expect(width).toBeGreaterThan(100);
      expect(x + width).toBeLessThanOrEqual(360);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.close();
  });

  it('keys zoom in on the picked transaction', async () => {
    const path = join(folder, 'zoom.html');
    const none = { facts: [], needs: [], reads: [], writes: [] };
    const spans = [[0, 0, 1, 0, 0, ''] as const, [0, 1, 10, 0, 1, ''] as const];
    const charts = [{ name: 'one', lanes: ['slot 0'], spans, arrows: [], frontier: [] }];
    const data = { kinds: ['execute'], charts, transactions: [none, none] };
    writeFileSync(path, pageHtml({ title: 'zoom', notes: [], data, tables: [] }));
    const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
    await page.goto(`file://${path}`);
    await page.focus('#chart');
    for (const key of ['ArrowRight', ...'++++++++'.split('')]) await page.keyboard.press(key);
    const box = await page.locator('#chart').boundingBox();
    await page.hover('#chart', { position: { x: (box?.width ?? 0) / 2, y: 40 } });
    expect(await page.locator('#tip').textContent()).toMatch(/transaction 0,/);
    await page.close();
  });

  it('shows the timeline of a run on two slots', async () => {
    const path = join(folder, 'timeline.html');
    expect(command('run', '--slots', '2', '--timeline', path).status).toBe(0);
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    await page.goto(`file://${path}`);
    expect(await page.locator('h1').textContent()).toMatch(/Block \d+ on 2 slots/);
    await page.focus('#chart');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#picked').textContent()).toMatch(/Transaction 0.*from0x.*success.*Writes/s);
    expect(messages).toEqual([]);
    await page.close();
  });
});
