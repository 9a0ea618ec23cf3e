/** Swaps through a router over constant-product pools: the code path that most of mainnet's gas takes. */
import { encodeCall } from '../abi.mjs';
import { drawWithdrawals, ETHER, hireActors, issueTokens } from '../cast.mjs';
import { NO_LIMIT, openMarket, pathBetween } from '../market.mjs';
import { drawTip } from './payments.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Actor} Actor */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('../transactions.mjs').Hex} Hex */
/** @typedef {import('../market.mjs').Market} Market */
/** @typedef {import('../cast.mjs').Token} Token */

const SWAP = 'swap(address[],uint256,uint256,address,uint256)';
const SWAP_FROM_ETHER = 'swapFromEther(address[],uint256,address,uint256)';
const SWAP_TO_ETHER = 'swapToEther(address[],uint256,uint256,uint256)';
const RESERVES_SLOT = /** @type {Hex} */ (`0x${'0'.repeat(64)}`);

/** @param {World} world @returns {{ minOut: bigint, deadline: number }} few ask for too much, fewer come too late */
function drawLimits({ random, timestamp }) {
  return {
    minOut: random.chance(0.04) ? NO_LIMIT : 1n,
    deadline: random.chance(0.01) ? timestamp - 1 : timestamp + 600,
  };
}

/** @param {World} world @param {Market} market @returns {[Token, Token]} what is given and what is wanted */
function drawPair({ random }, { ether, tokens, pools }) {
  if (random.chance(0.25)) {
    const [from, to] = [random.popular(tokens), random.pick(tokens)];
    return from === to ? [from, ether] : [from, to];
  }
  const { a, b } = random.popular(pools);
  return random.chance(0.5) ? [a, b] : [b, a];
}

/** @param {World} world @param {Market} market @param {Actor[]} users @returns {Draft} */
export function swap(world, market, users) {
  const { random } = world;
  const { ether, router } = market;
  const [give, want] = drawPair(world, market);
  const path = pathBetween(market, give, want);
  const { minOut, deadline } = drawLimits(world);
  const amount = random.amount(give.unit / 2n);
  const plain = { to: router, gas: 150_000 + 110_000 * (path.length - 1), tip: drawTip(random) };
  if (give === ether && random.chance(0.7)) {
    const from = random.popular(users, 0.6);
    const data = encodeCall(SWAP_FROM_ETHER, path, minOut, from.address, deadline);
    return { ...plain, from, data, value: amount };
  }
  const from = random.popular(give.holders, 0.6);
  if (want === ether) return { ...plain, from, data: encodeCall(SWAP_TO_ETHER, path, amount, minOut, deadline) };
  return withAccessList(world, market, {
    ...plain,
    from,
    data: encodeCall(SWAP, path, amount, minOut, from.address, deadline),
  });
}

/** Some bots announce what they touch. @param {World} world @param {Market} market @param {Draft} draft @returns {Draft} */
function withAccessList({ random }, { pools }, draft) {
  if (!random.chance(0.3)) return draft;
  const accessList = pools.slice(0, 2).map(({ address }) => ({ address, storageKeys: [RESERVES_SLOT] }));
  return { ...draft, type: random.chance(0.6) ? 1 : 2, accessList };
}

/** @param {World} world @param {Market} market @returns {Draft} */
export function provideLiquidity({ random }, { router, pools }) {
  const { a, b } = random.popular(pools);
  const both = a.holders.filter((holder) => b.holders.includes(holder));
  const amounts = [a, b].map(({ unit }) => random.amount(unit));
  const data = encodeCall('addLiquidity(address,address,uint256,uint256)', a.address, b.address, ...amounts);
  return { from: random.pick(both), to: router, data, gas: 400_000, tip: drawTip(random) };
}

/** @param {World} world @param {number} users @param {number} tokens */
export async function openTown(world, users, tokens) {
  const issuer = await world.actor('issuer', 20_000n * ETHER);
  const people = await hireActors(world, users);
  // the first token is everybody's, the others have fewer holders each
  const holds = (/** @type {World['random']} */ random, /** @type {number} */ token) =>
    random.chance(1 / (1 + token / 3));
  const issued = await issueTokens(world, issuer, people, tokens, holds);
  return { issuer, users: people, market: await openMarket(world, issuer, people, issued) };
}

/** @param {World} world @param {number} count */
export async function swaps(world, count) {
  const { users, market } = await openTown(world, 60, 4);
  const draw = () => (world.random.chance(0.06) ? provideLiquidity(world, market) : swap(world, market, users));
  return { drafts: Array.from({ length: count }, draw), withdrawals: drawWithdrawals(world, users) };
}
