/**
 * The worst case for parallel execution: almost every transaction touches what the one before it wrote. One recipient,
 * one sender's chain of nonces, one pool, one auction, one counter, and a fee recipient that pays and is paid.
 */
import { encodeCall } from '../abi.mjs';
import { drawWithdrawals, ETHER } from '../cast.mjs';
import { drawTip } from './payments.mjs';
import { interleave } from './realistic.mjs';
import { foundTown, SCENES, tipped } from './town.mjs';
import { swap } from './trading.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('./town.mjs').Town} Town */

/** @type {Record<string, (town: Town) => Draft>} */
const HOT = {
  recipient: ({ world: { random }, users }) => ({
    from: random.pick(users),
    to: users[0].address,
    value: random.amount(ETHER / 10n),
    gas: 21_000,
  }),
  sender: ({ world: { random }, users }) => ({
    from: users[0],
    to: random.pick(users).address,
    value: random.amount(ETHER / 10n),
    gas: 21_000,
    type: 0,
  }),
  tokenOwner: ({ world: { random }, users, market: { tokens } }) => {
    const [token] = tokens;
    const [from, to] = random.chance(0.5) ? [users[0], random.pick(users)] : [random.pick(users), users[0]];
    const data = encodeCall('transfer(address,uint256)', to.address, random.amount(10n * token.unit));
    return { from, to: token.address, data, gas: 80_000 };
  },
  pool: ({ world, users, market }) => swap(world, { ...market, pools: market.pools.slice(0, 1) }, users),
  coinbase: ({ world, users }) => ({
    from: world.random.pick(users),
    to: world.coinbase.address,
    value: world.random.amount(ETHER / 10n),
    gas: 21_000,
  }),
  payingCoinbase: ({ world, users }) => ({
    from: world.coinbase,
    to: world.random.pick(users).address,
    value: world.random.amount(ETHER / 100n),
    gas: 21_000,
  }),
  auction: (town) => SCENES.bid(town)[0],
  counter: (town) => SCENES.collectible(town)[0],
};

const WEIGHTS = {
  recipient: 5,
  sender: 4,
  tokenOwner: 4,
  pool: 6,
  coinbase: 2,
  payingCoinbase: 1,
  auction: 4,
  counter: 2,
};

/** @param {Town} town @param {Draft} draft recipients with delegated code need more than a payment's gas */
function roomy({ delegates }, draft) {
  const runs = delegates.some(({ address }) => address === draft.to);
  return runs ? { ...draft, gas: 60_000 } : draft;
}

/** @param {World} world @param {number} count */
export async function conflicts(world, count) {
  await world.endow(world.coinbase, 10n * ETHER);
  const town = await foundTown(world, 42, 2);
  const draw = () => roomy(town, HOT[world.random.weighted(WEIGHTS)](town));
  const chain = Array.from({ length: count }, () => ({ tip: drawTip(world.random), ...draw() }));
  const wallets = [SCENES.delegate(town), SCENES.useWallet(town)].map((scene) => tipped(town, scene));
  const drafts = interleave(world, [chain, ...wallets]).slice(0, count);
  return { drafts, withdrawals: drawWithdrawals(world, town.users.slice(0, 2)) };
}
