/** Plain transfers and token payments: the blocks with the least code, and the first ones that an engine can run. */
import { encodeCall } from '../abi.mjs';
import { drawWithdrawals, ETHER, GWEI, hireActors, issueTokens, strangerAddress } from '../cast.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Actor} Actor */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('../cast.mjs').Token} Token */

/** @param {World['random']} random wei per gas: mostly small change, sometimes a hurry */
export const drawTip = (random) => (random.chance(0.1) ? random.amount(3n * GWEI) : random.amount(GWEI / 10n));

/** @param {World} world @param {Actor[]} users @param {number} [skew] of the recipients' popularity @returns {Draft} */
export function etherPayment(world, users, skew = 0.6) {
  const { random } = world;
  const to = random.chance(0.15) ? strangerAddress(world) : random.popular(users, skew).address;
  const value = random.amount(ETHER / 4n);
  const type = random.chance(0.4) ? 0 : 2;
  return { from: random.popular(users, skew), to, value, gas: 21_000, type, tip: drawTip(random) };
}

/** @param {World} world @param {Actor[]} users @param {Token[]} tokens @returns {Draft} */
export function tokenPayment(world, users, tokens) {
  const { random } = world;
  const token = random.popular(tokens);
  const from = random.popular(token.holders, 0.6);
  const other = random.chance(0.15) ? strangerAddress(world) : random.popular(users, 0.6).address;
  const approves = random.chance(0.2);
  // now and then somebody sends what they do not have, and the token reverts
  const amount = random.amount((random.chance(0.04) ? 1_000_000_000n : 20n) * token.unit);
  const data = encodeCall(approves ? 'approve(address,uint256)' : 'transfer(address,uint256)', other, amount);
  return { from, to: token.address, data, gas: 80_000, type: random.chance(0.45) ? 0 : 2, tip: drawTip(random) };
}

/** @param {World} world @param {number} count */
export async function transfers(world, count) {
  const users = await hireActors(world, 150);
  return {
    drafts: Array.from({ length: count }, () => etherPayment(world, users)),
    withdrawals: drawWithdrawals(world, users),
  };
}

/** @param {World} world @param {number} count */
export async function erc20(world, count) {
  const issuer = await world.actor('issuer', 1000n * ETHER);
  const users = await hireActors(world, 120);
  const tokens = await issueTokens(world, issuer, users, 5, (random) => random.chance(0.7));
  return {
    drafts: Array.from({ length: count }, () => tokenPayment(world, users, tokens)),
    withdrawals: drawWithdrawals(world, users),
  };
}

/** Both, in a small world. @param {World} world @param {number} count */
export async function mini(world, count) {
  const issuer = await world.actor('issuer', 1000n * ETHER);
  const users = await hireActors(world, 40);
  const tokens = await issueTokens(world, issuer, users, 3);
  const draw = () => (world.random.chance(0.5) ? etherPayment(world, users) : tokenPayment(world, users, tokens));
  return { drafts: Array.from({ length: count }, draw), withdrawals: drawWithdrawals(world, users) };
}
