/**
 * `node scripts/lanes.mjs [--slots 2] [--runs 60] [--out docs/lanes.png]`
 *
 * Makes the README's picture: the timeline page of the fastest of several runs of the showcase block, as Chromium draws it
 * (`CHROMIUM` names another one than /usr/bin/chromium).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { timelinePage } from '../dist/src/cli/timeline-page.js';
import { createEngine, readBlockFile } from '../dist/src/index.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: {
    slots: { type: 'string', default: '2' },
    runs: { type: 'string', default: '60' },
    out: { type: 'string', default: join(ROOT, 'docs/lanes.png') },
  },
});

/** Pixels. */
const WIDTH = 1100;

async function fastestRun() {
  const file = await readBlockFile(join(ROOT, 'showcase/block.json.gz'));
  const engine = await createEngine({ slots: Number(values.slots) });
  try {
    const state = await engine.createState(file.preState, { codes: file.codes });
    const block = await engine.prepare(file.block);
    const input = { block, state, blockHashes: file.blockHashes, commit: false };
    let best;
    for (let run = 0; run < Number(values.runs); run++) {
      const result = await engine.runBlock({ ...input, timeline: true });
      if (best === undefined || result.stats.ms.execute < best.stats.ms.execute) best = result;
    }
    const { records } = await engine.runBlock({ ...input, record: true });
    return timelinePage(file.number, /** @type {any} */ (best), records);
  } finally {
    await engine.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'lanes-'));
const page = join(folder, 'lanes.html');
try {
  writeFileSync(page, await fastestRun());
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const view = await browser.newPage({ viewport: { width: WIDTH, height: 600 }, colorScheme: 'light' });
    await view.goto(pathToFileURL(page).href);
    const { y, height } = /** @type {{ y: number, height: number }} */ (await view.locator('#chart').boundingBox());
    await view.screenshot({ path: values.out, clip: { x: 0, y: 0, width: WIDTH, height: Math.ceil(y + height) } });
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
