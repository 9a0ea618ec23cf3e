// What keeps a block from scaling, in words that a person can act on. Each reason names what it found and how much of the
// block's time it holds.
import type { StateKey } from './conflicts.ts';
import type { BlockExplanation } from './explain.ts';

/** Something that keeps a block from scaling. */
export interface Reason {
  /** Which it is; `NONE`: nothing does. */
  code: 'EMPTY' | 'FEW_TRANSACTIONS' | 'LARGE_TRANSACTION' | 'LONG_CHAIN' | 'HOT_KEY' | 'NONE';
  /** One sentence. */
  text: string;
  /** Share of the block's time, 0 to 1. */
  share: number;
}

/** Below it there is too little to spread. */
const FEW = 10;
/** A share of the block's time from which a cause is named: above it two slots lose something. */
const LARGE_SHARE = 0.25;
const LONG_SHARE = 0.4;
const HOT_SHARE = 0.2;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

type Facts = Pick<BlockExplanation, 'transactions' | 'ms' | 'dependents' | 'criticalPath' | 'hotKeys'>;

const keyText = ({ kind, address, slot }: StateKey): string =>
  kind === 'slot' ? `storage slot ${slot} of ${address}` : `the ${kind} of ${address}`;

function largest(costs: readonly number[], ms: number): Reason[] {
  const most = Math.max(0, ...costs);
  const share = most / ms;
  const index = costs.indexOf(most);
  if (share < LARGE_SHARE) return [];
  return [
    { code: 'LARGE_TRANSACTION', share, text: `Transaction ${index} alone is ${percent(share)} of the block's time.` },
  ];
}

/** The key that links most of a chain. */
function commonKey({ links }: Facts['criticalPath']): string {
  const counts = new Map<string, number>();
  for (const { key } of links) {
    if (key === undefined) continue;
    const text = keyText(key);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined ? '' : `, most of all through ${first[0]}`;
}

function chain({ criticalPath, ms }: Facts): Reason[] {
  const { links } = criticalPath;
  const share = criticalPath.ms / ms;
  if (links.length < 2 || share < LONG_SHARE) return [];
  const text = `A chain of ${links.length} transactions that each need the one before is ${percent(share)} of the block's time`;
  return [{ code: 'LONG_CHAIN', share, text: `${text}${commonKey(criticalPath)}.` }];
}

function hotKey({ hotKeys, ms }: Facts): Reason[] {
  const [key] = hotKeys;
  if (key === undefined || key.ms / ms < HOT_SHARE) return [];
  const share = key.ms / ms;
  return [{ code: 'HOT_KEY', share, text: `${key.dependents} transactions wait for ${keyText(key)}.` }];
}

/** The reasons why a block does not scale, largest share first; one that says so where nothing stands in the way. */
export function reasonsOf(costs: readonly number[], facts: Facts): Reason[] {
  const { transactions, ms } = facts;
  if (transactions === 0) return [{ code: 'EMPTY', share: 1, text: 'The block has no transactions.' }];
  const few: Reason[] =
    transactions < FEW
      ? [{ code: 'FEW_TRANSACTIONS', share: 1, text: `The block has only ${transactions} transactions.` }]
      : [];
  const found = [...largest(costs, ms), ...chain(facts), ...hotKey(facts)].sort((a, b) => b.share - a.share);
  if (few.length + found.length > 0) return [...few, ...found];
  return [{ code: 'NONE', share: 0, text: 'Nothing in the block stands in the way of two slots.' }];
}
