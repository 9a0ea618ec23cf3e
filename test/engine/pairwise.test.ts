// Covering arrays: every two values of two factors meet in a row, and nothing else is in the rows.

import { expect, test } from 'vitest';
import { type Factors, pairwise } from '../../scripts/engine/pairwise.mjs';
import { Random } from '../../scripts/showcase/random.mjs';

const SEED = process.env.SEED ?? 'pairwise';

const POLICIES: Factors = {
  slots: [1, 2, 3, 4, 8],
  detection: ['dirty-read', 'read-based'],
  pipeline: ['streaming', 'wait'],
  'dispatch.static': [true, false],
  'dispatch.dynamic': [true, false],
  unconfirmed: [true, false],
  shadow: [true, false],
};

/** The pairs of values that no row has. */
function missing(factors: Factors, rows: readonly Record<string, unknown>[]): string[] {
  const names = Object.keys(factors);
  return names.flatMap((a, at) =>
    names
      .slice(at + 1)
      .flatMap((b) =>
        (factors[a] ?? []).flatMap((x) =>
          (factors[b] ?? [])
            .filter((y) => !rows.some((row) => row[a] === x && row[b] === y))
            .map((y) => `${a}=${x} ${b}=${y}`),
        ),
      ),
  );
}

test('every two values of the policies meet, in far fewer rows than there are combinations', () => {
  const rows = pairwise(POLICIES);
  expect(missing(POLICIES, rows)).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(10); // the two largest factors alone need as many
  expect(rows.length).toBeLessThanOrEqual(15);
});

test('every row gives each factor one of its values', () => {
  for (const row of pairwise(POLICIES)) {
    expect(Object.keys(row)).toEqual(Object.keys(POLICIES));
    for (const [name, value] of Object.entries(row)) expect(POLICIES[name]).toContain(value);
  }
});

test('a single factor has a row for each value, a factor with one value stands in all rows', () => {
  expect(pairwise({ slots: [1, 2, 3] })).toEqual([{ slots: 1 }, { slots: 2 }, { slots: 3 }]);
  expect(pairwise({ slots: [1, 2], shadow: [true] })).toEqual([
    { slots: 1, shadow: true },
    { slots: 2, shadow: true },
  ]);
});

test('random factors are covered', () => {
  const random = new Random(SEED);
  for (let round = 0; round < 40; round++) {
    const sizes = Array.from({ length: random.int(2, 9) }, () => random.int(1, 6));
    const factors: Factors = Object.fromEntries(
      sizes.map((size, i) => [`factor ${i}`, Array.from({ length: size }, (_, value) => value)]),
    );
    const rows = pairwise(factors);
    expect(missing(factors, rows), `seed ${SEED}, sizes ${sizes}`).toEqual([]);
    const [largest = 1, second = 1] = [...sizes].sort((a, b) => b - a);
    expect(rows.length, `seed ${SEED}, sizes ${sizes}`).toBeGreaterThanOrEqual(largest * second);
  }
});
