/**
 * `node scripts/lanes.mjs [--slots 2] [--out docs/lanes.png]`
 *
 * Makes the README's picture: the timeline page of a run of the showcase block, as Chromium draws it (`CHROMIUM` names
 * another one than /usr/bin/chromium).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: { slots: { type: 'string', default: '2' }, out: { type: 'string', default: join(ROOT, 'docs/lanes.png') } },
});

const folder = mkdtempSync(join(tmpdir(), 'lanes-'));
const page = join(folder, 'lanes.html');
try {
  const command = [join(ROOT, 'dist/src/cli/main.js'), 'run', '--slots', values.slots, '--timeline', page];
  execFileSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const view = await browser.newPage({ viewport: { width: 1100, height: 420 }, colorScheme: 'light' });
    await view.goto(pathToFileURL(page).href);
    await view.screenshot({ path: values.out });
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}
