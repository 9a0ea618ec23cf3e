// Schedules: nothing overlaps, nothing starts before what it needs, and none is better than the bounds allow.
import { describe, expect, test } from 'vitest';
import type { Dependency } from '../../src/analysis/conflicts.ts';
import { listSchedule, longestChain, makespan } from '../../src/analysis/schedule.ts';

const needs = (...indexes: number[]): Dependency[] =>
  indexes.map((on) => ({ on, key: { kind: 'slot', address: '0x', slot: '0x' } }));

/** mulberry32: next(n) is 0..n-1. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function graph(seed: number): { costs: number[]; dependencies: Dependency[][] } {
  const next = random(seed);
  const count = 1 + next(60);
  const costs = Array.from({ length: count }, () => 1 + next(9));
  const dependencies = costs.map((_, i) => needs(...Array.from({ length: i === 0 ? 0 : next(3) }, () => next(i))));
  return { costs, dependencies };
}

describe('longestChain', () => {
  test('goes through the most expensive way', () => {
    expect(longestChain([1, 5, 2, 1], [needs(), needs(), needs(0, 1), needs(0)])).toEqual({ ms: 7, indexes: [1, 2] });
  });

  test('of nothing is empty', () => {
    expect(longestChain([], [])).toEqual({ ms: 0, indexes: [] });
  });
});

describe('listSchedule', () => {
  test('puts independent work side by side', () => {
    expect(makespan(listSchedule([3, 3, 2, 4], [[], [], [], []], 2))).toBe(6);
  });

  test('cannot hasten a chain', () => {
    expect(makespan(listSchedule([1, 2, 3], [needs(), needs(0), needs(1)], 16))).toBe(6);
  });

  test.each(Array.from({ length: 50 }, (_, seed) => seed))('keeps every rule on graph %i', (seed) => {
    const { costs, dependencies } = graph(seed);
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    for (const slots of [1, 2, 3, 8]) {
      const placements = listSchedule(costs, dependencies, slots);
      expect(placements.map(({ index }) => index).sort((a, b) => a - b)).toEqual(costs.map((_, i) => i));
      const of = new Map(placements.map((each) => [each.index, each]));
      for (const { index, start, end } of placements) {
        expect(end - start).toBe(costs[index]);
        for (const { on } of dependencies[index] as Dependency[]) expect(of.get(on)?.end).toBeLessThanOrEqual(start);
      }
      for (let slot = 0; slot < slots; slot++) {
        const own = placements.filter((each) => each.slot === slot).sort((a, b) => a.start - b.start);
        for (let i = 1; i < own.length; i++) expect(own[i]?.start).toBeGreaterThanOrEqual(own[i - 1]?.end as number);
      }
      const chain = longestChain(costs, dependencies).ms;
      expect(makespan(placements)).toBeGreaterThanOrEqual(Math.max(chain, total / slots));
      expect(makespan(placements)).toBeLessThanOrEqual(chain + total / slots); // Graham's bound
      if (slots === 1) expect(makespan(placements)).toBe(total);
    }
  });
});
