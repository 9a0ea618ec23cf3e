// How fast a block could be, were its dependencies and costs known before: the longest chain, and list scheduling with
// the longest remaining path first (Graham, "Bounds on multiprocessing timing anomalies"). Ceilings, not forecasts.
import type { Dependency } from './conflicts.ts';

/** The transactions of the longest chain, in order, with its length in milliseconds. */
export interface Chain {
  ms: number;
  indexes: number[];
}

/** `costs` in milliseconds. */
export function longestChain(costs: readonly number[], dependencies: readonly Dependency[][]): Chain {
  const ends: number[] = [];
  const before: number[] = [];
  const endOf = (index: number): number => (index < 0 ? 0 : (ends[index] as number));
  costs.forEach((cost, i) => {
    let latest = -1;
    for (const { on } of dependencies[i] ?? []) if (endOf(on) > endOf(latest)) latest = on;
    before.push(latest);
    ends.push(cost + endOf(latest));
  });
  let last = ends.indexOf(Math.max(0, ...ends));
  const ms = ends[last] ?? 0;
  const indexes: number[] = [];
  for (; last >= 0; last = before[last] as number) indexes.unshift(last);
  return { ms, indexes };
}

/** Who waits for each transaction, once each. */
function followersOf(dependencies: readonly Dependency[][]): number[][] {
  const followers: number[][] = dependencies.map(() => []);
  dependencies.forEach((needed, i) => {
    for (const on of new Set(needed.map((each) => each.on))) followers[on]?.push(i);
  });
  return followers;
}

function remainingPaths(costs: readonly number[], followers: readonly number[][]): number[] {
  const paths = costs.map(() => 0);
  for (let i = costs.length - 1; i >= 0; i--)
    paths[i] = (costs[i] as number) + Math.max(0, ...(followers[i] ?? []).map((next) => paths[next] as number));
  return paths;
}

/** Where and when a transaction runs. */
export interface Placement {
  index: number;
  slot: number;
  start: number;
  end: number;
}

/** The schedule on `slots` slots, in the order of starting. */
export function listSchedule(
  costs: readonly number[],
  dependencies: readonly Dependency[][],
  slots: number,
): Placement[] {
  const followers = followersOf(dependencies);
  const paths = remainingPaths(costs, followers);
  const missing = dependencies.map((needed) => new Set(needed.map(({ on }) => on)).size);
  const ready = missing.flatMap((count, i) => (count === 0 ? [i] : []));
  const running: Placement[] = [];
  const placements: Placement[] = [];
  const free = Array.from({ length: slots }, (_, slot) => slot);
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    ready.sort((a, b) => (paths[b] as number) - (paths[a] as number));
    while (free.length > 0 && ready.length > 0) {
      const index = ready.shift() as number;
      const placement = { index, slot: free.shift() as number, start: now, end: now + (costs[index] as number) };
      running.push(placement);
      placements.push(placement);
    }
    running.sort((a, b) => a.end - b.end);
    const done = running.shift() as Placement;
    now = done.end;
    free.push(done.slot);
    for (const next of followers[done.index] ?? []) {
      missing[next] = (missing[next] as number) - 1;
      if (missing[next] === 0) ready.push(next);
    }
  }
  return placements;
}

export const makespan = (placements: readonly Placement[]): number => Math.max(0, ...placements.map(({ end }) => end));
