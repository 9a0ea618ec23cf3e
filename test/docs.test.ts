// The examples of README and guides do what they say: each `ts` block is a module that runs to its end.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDER = `${ROOT}build/examples`;
const GUIDES = ['README.md', ...readdirSync(`${ROOT}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

const examplesIn = (guide: string): string[] =>
  [...readFileSync(ROOT + guide, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string);

const EXAMPLES = GUIDES.flatMap((guide) => examplesIn(guide).map((code, i) => ({ guide, i, code })));

mkdirSync(FOLDER, { recursive: true });
afterEach(() => {
  vi.restoreAllMocks();
});

test('there are examples', () => {
  expect(EXAMPLES.length).toBeGreaterThan(1);
});

describe.each(EXAMPLES)('$guide, example $i', ({ guide, i, code }) => {
  test('runs and prints something', async () => {
    const path = `${FOLDER}/${guide.replace(/\W/g, '-')}-${i}.ts`;
    writeFileSync(path, code);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(/* @vite-ignore */ path);
    expect(log).toHaveBeenCalled();
    for (const values of log.mock.calls) for (const value of values) expect(value).toBeDefined();
  });
});
