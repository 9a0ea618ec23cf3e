/**
 * Calls of Solidity contracts: what most transactions of a chain do. The contracts are those of the showcase, deployed and
 * used by blocks that really execute, so the state is what a chain would have: holders, reserves, allowances, pieces.
 */
import { encodeCall } from '../scripts/showcase/abi.mjs';
import { snapshot } from '../scripts/showcase/block-file.mjs';
import { deploy, ETHER, hireActors, issueTokens, mineAll } from '../scripts/showcase/cast.mjs';
import { openMarket } from '../scripts/showcase/market.mjs';
import { World } from '../scripts/showcase/world.mjs';

/** @typedef {import('./calls.mjs').CallCase} CallCase */

const FORK = 'osaka';
const SEED = 'bench/contracts';
const PRICE = ETHER / 100n;
const GAS = 1_000_000n;
const SWAP = 'swap(address[],uint256,uint256,address,uint256)';

/** @param {World} world */
async function foundTown(world) {
  const issuer = await world.actor('issuer', 20_000n * ETHER);
  const users = await hireActors(world, 30);
  const tokens = await issueTokens(world, issuer, users, 2);
  const market = await openMarket(world, issuer, users, tokens);
  const pieces = await deploy(world, issuer, 'Collectible', '(uint256,uint256)', PRICE, 10_000);
  const [owner] = users;
  const buy = { from: owner, to: pieces, value: 2n * PRICE, data: encodeCall('mint(uint256)', 2), gas: 400_000 };
  await mineAll(world, [buy]);
  return { users, tokens, market, pieces };
}

/** @param {World} world @param {Awaited<ReturnType<typeof foundTown>>} town */
function drafts({ timestamp }, { users: [owner, other], tokens: [a, b], market, pieces }) {
  const { router, ether } = market;
  const trade = (/** @type {string[]} */ path) => encodeCall(SWAP, path, a.unit, 1, owner.address, timestamp + 600);
  return {
    'ERC-20 transfer': { to: a.address, data: encodeCall('transfer(address,uint256)', other.address, a.unit) },
    'swap, one pool': { to: router, data: trade([a.address, b.address]) },
    'swap, two pools': { to: router, data: trade([a.address, ether.address, b.address]) },
    'NFT mint': { to: pieces, data: encodeCall('mint(uint256)', 1), value: PRICE },
    'NFT transfer': {
      to: pieces,
      data: encodeCall('transferFrom(address,address,uint256)', owner.address, other.address, 1),
    },
  };
}

/** @returns {Promise<CallCase[]>} */
export async function contractCases() {
  const world = await World.create(SEED, FORK);
  const town = await foundTown(world);
  const file = snapshot(world);
  const { number, timestamp, baseFee } = world;
  const block = { hardfork: FORK, number, timestamp, gasLimit: world.fork.gasLimit, baseFeePerGas: baseFee };
  const blockHashes = { [number - 1]: world.hashOfBlock(number - 1) };
  const from = town.users[0].address;
  return Object.entries(drafts(world, town)).map(([name, draft]) => ({
    name,
    file,
    block,
    blockHashes,
    call: { from, gas: GAS, ...draft },
  }));
}
