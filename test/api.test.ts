// The API reference says what the types and docstrings say, all of them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as library from '../src/index.ts';
import * as testing from '../src/testing/index.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const reference = (file: string): string => readFileSync(`${ROOT}docs/api/${file}`, 'utf8');

test('the reference is what the sources give, everything public has a docstring', () => {
  execFileSync('node', ['scripts/api/make.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
});

test.each([
  ['README.md', library],
  ['testing.md', testing],
])('%s has each exported value', (file, entry) => {
  const headings = reference(file).match(/^### .+$/gm) ?? [];
  for (const name of Object.keys(entry))
    expect(headings.map((line) => line.replaceAll(/^### |\(\)$|\\/g, ''))).toContain(name);
});

/** What links may lead to in a page: its headings, as GitHub names them, and its own anchors. */
function targetsIn(path: string): Set<string> {
  const text = readFileSync(path, 'utf8').replaceAll(/^```.*?^```/gms, '');
  const targets = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string));
  const counts = new Map<string, number>();
  for (const [, heading = ''] of text.matchAll(/^#+ (.+)$/gm)) {
    const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, '');
    const plain = words.replaceAll(' ', '-');
    const count = counts.get(plain) ?? 0;
    counts.set(plain, count + 1);
    targets.add(count === 0 ? plain : `${plain}-${count}`);
  }
  return targets;
}

const pagesIn = (folder: string): string[] =>
  readdirSync(ROOT + folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name);
const PAGES = [...pagesIn(''), ...pagesIn('docs/'), ...pagesIn('docs/api/')];

describe.each(PAGES)('%s', (page) => {
  test('has no link that leads nowhere', () => {
    const links = [...readFileSync(ROOT + page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    for (const [link, file, anchor] of links) {
      const path = file ? join(ROOT, dirname(page), file) : ROOT + page;
      expect(existsSync(path), link).toBe(true);
      if (anchor !== undefined) expect(targetsIn(path), link).toContain(anchor);
    }
  });
});
