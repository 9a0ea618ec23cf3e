/**
 * The showcase: a block like mainnet's. A third plain payments, a quarter token payments, a fifth swaps, and a long
 * tail of everything else; accounts, tokens and pools have Zipf-like popularity, so some pairs of transactions conflict
 * and most do not. Scenes are interleaved at random, each scene keeping its own order.
 */
import { drawWithdrawals } from '../cast.mjs';
import { etherPayment, tokenPayment } from './payments.mjs';
import { beaconRequests, foundTown, SCENES, tipped } from './town.mjs';
import { provideLiquidity, swap } from './trading.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('./town.mjs').Town} Town */

/** Weights of the scenes; a burst is several transactions. */
const WEIGHTS = {
  etherPayment: 145,
  tokenPayment: 115,
  swap: 95,
  provideLiquidity: 6,
  collectible: 18,
  payOut: 8,
  stake: 9,
  claim: 9,
  notarize: 16,
  permit: 7,
  bid: 8,
  postBatch: 7,
  postBlobs: 3,
  deployContract: 9,
  useWallet: 5,
  delegate: 3,
  wrap: 10,
  burst: 3,
};

/** @param {Town} town @param {keyof typeof WEIGHTS} kind @returns {Draft[]} */
function scene(town, kind) {
  const { world, users, market } = town;
  if (kind === 'etherPayment') return [etherPayment(world, users)];
  if (kind === 'tokenPayment') return [tokenPayment(world, users, market.tokens)];
  if (kind === 'swap') return [swap(world, market, users)];
  if (kind === 'provideLiquidity') return [provideLiquidity(world, market)];
  return tipped(town, SCENES[kind](town));
}

/** Merges scenes at random without changing the order inside any. @param {World} world @param {Draft[][]} scenes @returns {Draft[]} */
export function interleave({ random }, scenes) {
  const turns = random.shuffle(scenes.flatMap((drafts, i) => drafts.map(() => i)));
  const next = scenes.map(() => 0);
  return turns.map((i) => scenes[i][next[i]++]);
}

/** @param {Draft[]} drafts */
const blobsOf = (drafts) => drafts.reduce((sum, { blobs = [] }) => sum + blobs.length, 0);

/** @param {World} world @param {number} count */
export async function realistic(world, count) {
  const town = await foundTown(world, 220, 8);
  const scenes = [tipped(town, beaconRequests(town)), ...Object.values(SCENES).map((make) => tipped(town, make(town)))];
  let total = scenes.flat().length;
  let blobs = blobsOf(scenes.flat());
  while (total < count) {
    const drafts = scene(town, world.random.weighted(WEIGHTS)).slice(0, count - total);
    if (blobs + blobsOf(drafts) > world.mostBlobs) continue;
    scenes.push(drafts);
    total += drafts.length;
    blobs += blobsOf(drafts);
  }
  return { drafts: interleave(world, scenes), withdrawals: drawWithdrawals(world, town.users, 16) };
}
