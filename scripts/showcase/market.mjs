/**
 * A place to trade: wrapped ether, an exchange with pools, a router, and users who have let the router take their
 * tokens. All of it is the outcome of set-up transactions.
 */
import { bytesToHex, generateAddress2, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { encodeArguments, encodeCall } from './abi.mjs';
import { deploy, ETHER, mineAll, mints } from './cast.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {import('./transactions.mjs').Actor} Actor */
/** @typedef {import('./transactions.mjs').Draft} Draft */
/** @typedef {import('./transactions.mjs').Hex} Hex */
/** @typedef {import('./cast.mjs').Token} Token */
/** @typedef {{ a: Token, b: Token, address: Hex }} Pool */
/** @typedef {{ ether: Token, tokens: Token[], pools: Pool[], exchange: Hex, router: Hex }} Market tokens without ether */

const FEE_BPS = 30;
export const NO_LIMIT = 2n ** 256n - 1n;

/** @param {World} world @param {Hex} exchange @param {Token} a @param {Token} b @returns {Hex} EIP-1014 */
function poolAddress(world, exchange, a, b) {
  const pair = [a.address, b.address].sort();
  const salt = keccak_256(hexToBytes(`0x${encodeArguments('(address,address)', ...pair)}`));
  const creation = world.contracts.Pool + encodeArguments('(address,address,uint256)', ...pair, FEE_BPS);
  return bytesToHex(generateAddress2(hexToBytes(exchange), salt, hexToBytes(`0x${creation}`)));
}

/** @param {Actor} from @param {Token} token @param {Hex} spender @returns {Draft} */
export const approval = (from, token, spender) => ({
  from,
  to: token.address,
  data: encodeCall('approve(address,uint256)', spender, NO_LIMIT),
  gas: 80_000,
});

/** Every token trades against ether; popular ones also against each other. @param {Token} ether @param {Token[]} tokens */
function pairs(ether, tokens) {
  const direct = tokens.map((token) => [ether, token]);
  const crossed = tokens.slice(1, 4).map((token) => [tokens[0], token]);
  return [...direct.slice(0, 2), ...crossed, ...direct.slice(2)];
}

/** @param {Actor} issuer @param {Hex} exchange @param {Hex} router @param {Pool} pool @param {World['random']} random @returns {Draft[]} */
function opening(issuer, exchange, router, { a, b }, random) {
  const amounts = [a, b].map((token) => random.amount(900n * token.unit) + 100n * token.unit);
  const create = encodeCall('createPool(address,address,uint256)', a.address, b.address, FEE_BPS);
  const fund = encodeCall('addLiquidity(address,address,uint256,uint256)', a.address, b.address, ...amounts);
  return [
    { from: issuer, to: exchange, data: create, gas: 2_500_000 },
    { from: issuer, to: router, data: fund, gas: 500_000 },
  ];
}

/**
 * @param {World} world @param {Actor} issuer of the tokens, with at least 10,000 ether @param {Actor[]} users
 * @param {Token[]} tokens @returns {Promise<Market>}
 */
export async function openMarket(world, issuer, users, tokens) {
  const traders = users.filter((_, i) => i % 3 !== 2);
  const ether = { address: await deploy(world, issuer, 'WrappedEther'), unit: ETHER, holders: traders };
  const exchange = await deploy(world, issuer, 'Exchange');
  const router = await deploy(world, issuer, 'Router', '(address,address)', exchange, ether.address);
  const wrap = (/** @type {Actor} */ from, /** @type {bigint} */ value) => ({
    from,
    to: ether.address,
    value,
    gas: 60_000,
  });
  const stock = tokens.flatMap((token) =>
    mints(issuer, token, [{ owner: issuer.address, amount: 10_000n * token.unit }]),
  );
  const approvals = [ether, ...tokens].map((token) => approval(issuer, token, router));
  await mineAll(world, [wrap(issuer, 8000n * ETHER), ...stock, ...approvals]);

  const pools = pairs(ether, tokens).map(([a, b]) => ({ a, b, address: poolAddress(world, exchange, a, b) }));
  await mineAll(
    world,
    pools.flatMap((pool) => opening(issuer, exchange, router, pool, world.random)),
  );

  const wraps = traders.map((trader) => wrap(trader, 10n * ETHER));
  const permissions = [ether, ...tokens].flatMap((token) =>
    token.holders.map((holder) => approval(holder, token, router)),
  );
  await mineAll(world, [...wraps, ...permissions]);
  return { ether, tokens, pools, exchange, router };
}

/** @param {Market} market @param {Token} from @param {Token} to @returns {Hex[]} directly if there is a pool, else by way of ether */
export function pathBetween({ ether, pools }, from, to) {
  const direct = pools.some(({ a, b }) => (a === from && b === to) || (a === to && b === from));
  return direct ? [from.address, to.address] : [from.address, ether.address, to.address];
}
