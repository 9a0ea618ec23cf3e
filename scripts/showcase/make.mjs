/**
 * `node scripts/showcase/make.mjs [--mix NAME] [--fork NAME] [--txs N] [--seed TEXT] [--out FILE]`
 *
 * Makes one block, checks it by running the written file again, and prints what is in it. Without arguments: the
 * showcase. `--fixtures` makes every file of `test/fixtures`.
 */
import { parseArgs } from 'node:util';
import { blockJson, readBlockFile, snapshot, writeBlockFile } from './block-file.mjs';
import { checkBlock } from './check.mjs';
import { FORKS } from './forks.mjs';
import { conflicts } from './mixes/conflicts.mjs';
import { features } from './mixes/features.mjs';
import { erc20, mini, transfers } from './mixes/payments.mjs';
import { realistic } from './mixes/realistic.mjs';
import { swaps } from './mixes/trading.mjs';
import { World } from './world.mjs';

const ROOT = new URL('../../', import.meta.url);

/** Mixes and how many transactions they have if nothing else is said. */
const MIXES = {
  realistic: { build: realistic, txs: 500 },
  mini: { build: mini, txs: 100 },
  transfers: { build: transfers, txs: 200 },
  erc20: { build: erc20, txs: 200 },
  swaps: { build: swaps, txs: 100 },
  conflicts: { build: conflicts, txs: 120 },
  features: { build: features, txs: 0 },
};

/** @typedef {{ mix: keyof typeof MIXES, fork: string, txs?: number, seed: string, out: string }} Order */

/** @param {string} mix @param {string} fork @returns {string} */
const fixtureName = (mix, fork) => `test/fixtures/${fork === 'osaka' ? mix : `${mix}-${fork}`}.json.gz`;

/** @param {(string | number)[]} items @returns {Record<string, number>} */
function tally(items) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** @param {Order} order @param {any} json @param {number} bytes */
function report(order, json, bytes) {
  const types = tally(json.transactions.map(({ type }) => Number(type)));
  const slots = Object.values(json.preState).reduce((sum, { storage }) => sum + Object.keys(storage).length, 0);
  const facts = [
    `${order.out}: ${json.hardfork} ${json.number}, ${bytes} bytes`,
    `${json.transactions.length} transactions, by type ${JSON.stringify(types)}`,
    `${Number(json.header.gasUsed)} gas, ${Object.keys(json.preState).length} accounts, ${slots} slots`,
  ];
  console.log(facts.join('; '));
}

/** @param {Order} order */
async function make(order) {
  const mix = MIXES[order.mix];
  if (mix === undefined) throw new RangeError(`"mix" must be one of ${Object.keys(MIXES)}, got "${order.mix}"`);
  const world = await World.create(`${order.seed}/${order.mix}`, order.fork);
  const { drafts, withdrawals = [] } = await mix.build(world, order.txs ?? mix.txs);
  const transactions = drafts.map((draft) => world.sign(draft));
  const before = snapshot(world);
  const { block, results } = await world.execute(transactions, withdrawals);
  const file = new URL(order.out, ROOT);
  const bytes = writeBlockFile(file, blockJson(world, block, before));
  const json = readBlockFile(file);
  await checkBlock(json);
  report(order, json, bytes);
  const outcomes = results.map(({ execResult }) => execResult.exceptionError?.error.replace(/ at .*/, '') ?? 'ok');
  console.log(`  ${JSON.stringify(tally(outcomes))}`);
}

const { values } = parseArgs({
  options: {
    mix: { type: 'string', default: 'realistic' },
    fork: { type: 'string', default: 'osaka' },
    txs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    fixtures: { type: 'boolean', default: false },
  },
});

/** @returns {Order[]} */
function orders() {
  const { seed } = values;
  if (!values.fixtures) {
    const { mix, fork, txs } = values;
    const out = values.out ?? (mix === 'realistic' ? 'showcase/block.json.gz' : fixtureName(mix, fork));
    return [{ mix, fork, seed, out, ...(txs !== undefined && { txs: Number(txs) }) }];
  }
  const common = Object.keys(MIXES).filter((mix) => mix !== 'realistic');
  const older = FORKS.filter((fork) => fork.name !== 'osaka').map((fork) => ({ mix: 'features', fork: fork.name }));
  const all = [...common.map((mix) => ({ mix, fork: 'osaka' })), ...older];
  return all.map(({ mix, fork }) => ({ mix, fork, seed, out: fixtureName(mix, fork) }));
}

for (const order of orders()) await make(order);
