/**
 * What else goes on in a block besides payments and swaps: collectibles, pay-outs, notaries, claims, auctions, rollups,
 * deployments, delegated accounts, requests to the beacon chain. A `Town` holds the contracts, deployed by set-up
 * blocks; each function of `SCENES` makes one scene, a list of transactions that have to stay in this order.
 */
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { encodeArguments, encodeCall } from '../abi.mjs';
import { deploy, deployment, ETHER, GWEI, mineAll, mints, strangerAddress } from '../cast.mjs';
import { approval } from '../market.mjs';
import { CONSOLIDATION_REQUESTS, WITHDRAWAL_REQUESTS } from '../system-contracts.mjs';
import { signDigest, versionedHash } from '../transactions.mjs';
import { drawTip } from './payments.mjs';
import { openTown } from './trading.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Actor} Actor */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('../transactions.mjs').Hex} Hex */
/** @typedef {import('../market.mjs').Market} Market */

/**
 * @typedef {object} Town
 * @property {World} world
 * @property {Actor} issuer
 * @property {Actor[]} users
 * @property {Market} market
 * @property {Record<'disperser' | 'workshop' | 'wallet' | 'notary' | 'auction' | 'staking' | 'claims' | 'rollup', Hex>} at
 * @property {Hex[]} collectibles
 * @property {Actor} sequencer
 * @property {Actor[]} delegates accounts that delegate to the wallet already
 * @property {{ index: number, owner: Hex, amount: bigint, proof: Hex[] }[]} openClaims
 * @property {bigint} bid the auction's next good bid
 * @property {number} salt the workshop's next salt
 */

const PRICE = ETHER / 100n;
const CLAIMS = 128;
const WORD = '(bytes32,bytes32)';

/** @param {string} encoded @returns {Hex} */
const hash = (encoded) => bytesToHex(keccak_256(hexToBytes(`0x${encoded}`)));

/** @param {Hex} a @param {Hex} b @returns {Hex} the parent of two nodes of the claims' tree: the smaller one comes first */
const join = (a, b) => (a < b ? hash(encodeArguments(WORD, a, b)) : hash(encodeArguments(WORD, b, a)));

/** A Merkle tree over a power of two of leaves. @param {Hex[]} leaves @returns {{ root: Hex, proofs: Hex[][] }} */
function merkleTree(leaves) {
  const proofs = leaves.map(() => /** @type {Hex[]} */ ([]));
  let level = leaves;
  for (let height = 0; level.length > 1; height++) {
    for (const [i, proof] of proofs.entries()) proof.push(level[(i >> height) ^ 1]);
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, i) => join(below[2 * i], below[2 * i + 1]));
  }
  return { root: level[0], proofs };
}

/** @param {World} world @param {Actor[]} users @param {bigint} unit */
function drawClaims({ random }, users, unit) {
  const claims = Array.from({ length: CLAIMS }, (_, index) => {
    return { index, owner: users[index % users.length].address, amount: random.amount(100n * unit) };
  });
  const leaves = claims.map(({ index, owner, amount }) =>
    hash(encodeArguments('(uint256,address,uint256)', index, owner, amount)),
  );
  const { root, proofs } = merkleTree(leaves);
  return { root, claims: random.shuffle(claims.map((claim, i) => ({ ...claim, proof: proofs[i] }))) };
}

/** @param {World} world @param {Actor} issuer @param {Actor} sequencer @param {Hex} token @param {Hex} claimsRoot */
async function build(world, issuer, sequencer, token, claimsRoot) {
  return {
    disperser: await deploy(world, issuer, 'Disperser'),
    workshop: await deploy(world, issuer, 'Workshop'),
    wallet: await deploy(world, issuer, 'Wallet'),
    notary: await deploy(world, issuer, 'Notary'),
    auction: await deploy(world, issuer, 'Auction', '(uint256)', world.timestamp + 86_400),
    staking: await deploy(world, issuer, 'Staking', '(address)', token),
    claims: await deploy(world, issuer, 'Claims', '(address,bytes32)', token, claimsRoot),
    rollup: await deploy(world, issuer, 'Rollup', '(address)', sequencer.address),
  };
}

/** @param {World} world @param {number} people @param {number} tokenCount @returns {Promise<Town>} */
export async function foundTown(world, people, tokenCount) {
  const sequencer = await world.actor('sequencer', 500n * ETHER);
  const { issuer, users, market } = await openTown(world, people, tokenCount);
  const [token] = market.tokens;
  const { root, claims } = drawClaims(world, users, token.unit);
  const at = await build(world, issuer, sequencer, token.address, root);
  const collectibles = [];
  for (const supply of [10_000, 600, 25]) {
    collectibles.push(await deploy(world, issuer, 'Collectible', '(uint256,uint256)', PRICE, supply));
  }
  const delegates = users.slice(20, 28);
  await mineAll(world, [
    ...mints(
      issuer,
      token,
      [at.claims, at.staking].map((owner) => ({ owner, amount: 1_000_000n * token.unit })),
    ),
    ...users.slice(0, 40).flatMap((user) => [approval(user, token, at.staking), approval(user, token, at.disperser)]),
    ...users.slice(0, 25).map((user) => stakeCall(user, at.staking, 100n * token.unit)),
    ...collectibles.flatMap((collectible) => users.slice(0, 12).map((user) => mintCall(user, collectible, 2))),
    ...delegates.map((authority) => delegation(users[0], authority, at.wallet)),
  ]);
  return {
    world,
    issuer,
    users,
    market,
    at,
    collectibles,
    sequencer,
    delegates,
    openClaims: claims,
    bid: GWEI,
    salt: 0,
  };
}

/** @param {Actor} from @param {Hex} to @param {bigint} amount @returns {Draft} */
const stakeCall = (from, to, amount) => ({ from, to, data: encodeCall('stake(uint256)', amount), gas: 300_000 });

/** @param {Actor} from @param {Hex} to @param {number} count @returns {Draft} */
const mintCall = (from, to, count) => ({
  from,
  to,
  data: encodeCall('mint(uint256)', count),
  value: PRICE * BigInt(count),
  gas: 100_000 + 90_000 * count,
});

/** @param {Actor} from who pays @param {Actor} authority @param {Hex} wallet @returns {Draft} */
const delegation = (from, authority, wallet) => ({
  from,
  to: authority.address,
  gas: 150_000,
  type: 4,
  authorizations: [{ authority, address: wallet }],
});

/** @param {Town} town @returns {Draft[]} minted or handed on; the last collection sells out, so later buyers fail */
function collectible({ world: { random }, users, collectibles }) {
  if (random.chance(0.7)) return [mintCall(random.popular(users, 0.5), random.popular(collectibles), random.int(1, 4))];
  // set-up minted numbers 2i + 1 and 2i + 2 to user i
  const seller = random.int(0, 11);
  const values = [users[seller].address, random.pick(users).address, 2 * seller + random.int(1, 2)];
  const data = encodeCall('safeTransferFrom(address,address,uint256)', ...values);
  return [{ from: users[seller], to: random.pick(collectibles), data, gas: 150_000 }];
}

/** @param {Town} town @returns {Draft[]} an exchange's pay-out to many customers */
function payOut({ world, users, market, at }) {
  const { random } = world;
  const from = random.popular(users.slice(0, 40), 0.8);
  const to = Array.from({ length: random.int(5, 14) }, () =>
    random.chance(0.5) ? strangerAddress(world) : random.pick(users).address,
  );
  const gas = 100_000 + 65_000 * to.length;
  if (random.chance(0.4)) {
    const amounts = to.map(() => random.amount(ETHER / 10n));
    const value = amounts.reduce((sum, amount) => sum + amount, 0n);
    return [{ from, to: at.disperser, data: encodeCall('payEther(address[],uint256[])', to, amounts), value, gas }];
  }
  const [token] = market.tokens;
  const amounts = to.map(() => random.amount(10n * token.unit));
  const data = encodeCall('payToken(address,address[],uint256[])', token.address, to, amounts);
  return [{ from, to: at.disperser, data, gas }];
}

/** @param {Town} town @returns {Draft[]} */
function stake({ world: { random }, users, market, at }) {
  const unit = market.tokens[0].unit;
  const signature = random.weighted({ 'stake(uint256)': 5, 'unstake(uint256)': 3, 'collect()': 3 });
  const values = signature === 'collect()' ? [] : [random.amount(10n * unit)];
  const data = encodeCall(signature, ...values);
  return [{ from: random.pick(users.slice(0, 25)), to: at.staking, data, gas: 300_000 }];
}

/** @param {Town} town @returns {Draft[]} anybody may bring a claim for its owner */
function claim({ world: { random }, users, at, openClaims }) {
  // a claim is sometimes left in the list, and fails the second time
  const next = random.chance(0.1) ? openClaims[0] : openClaims.shift();
  if (next === undefined) return [];
  const values = [next.index, next.owner, next.amount, next.proof];
  const data = encodeCall('claim(uint256,address,uint256,bytes32[])', ...values);
  return [{ from: random.pick(users), to: at.claims, data, gas: 200_000 }];
}

/** @param {Town} town @returns {Draft[]} */
function notarize({ world: { random }, users, at }) {
  const from = random.pick(users);
  const document = bytesToHex(new Uint8Array(random.int(40, 400)).fill(random.int(1, 255)));
  const author = random.pick(users);
  const signature = signDigest(author, hash(document.slice(2)));
  const calls = {
    file: () => encodeCall('file(bytes)', document),
    sign: () => encodeCall('fileSigned(bytes,address,uint8,bytes32,bytes32)', document, author.address, ...signature),
    power: () => encodeCall('power(uint256,uint256,uint256)', random.next(), random.next(), random.next() | 1n),
    blocks: () => encodeCall('witnessBlocks(uint256)', random.int(3, 20)),
    shout: () => encodeCall('shout(bytes32)', bytesToHex(random.bytes(4))),
  };
  const call = random.weighted({ file: 4, sign: 3, power: 2, blocks: 2, shout: 2 });
  return [{ from, to: at.notary, data: calls[call](), gas: 250_000, type: random.chance(0.3) ? 0 : 2 }];
}

const PERMIT = 'Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)';
const DOMAIN = 'EIP712Domain(string name,uint256 chainId,address verifyingContract)';
const textHash = (/** @type {string} */ text) => bytesToHex(keccak_256(new TextEncoder().encode(text)));

/** @param {Town} town @returns {Draft[]} one signs, another one sends: a permit of ERC-2612 (digest of EIP-712) */
function permit({ world, users, market, at }) {
  const { random, timestamp } = world;
  const i = random.int(0, market.tokens.length - 1);
  const token = market.tokens[i];
  const owner = random.pick(token.holders);
  const name = hash(encodeArguments('(bytes32)', bytesToHex(new TextEncoder().encode(`TKN${i}`))));
  const domainTypes = '(bytes32,bytes32,uint256,address)';
  const domain = hash(encodeArguments(domainTypes, textHash(DOMAIN), name, 1, token.address));
  const terms = [owner.address, at.staking, random.amount(token.unit)];
  // users permit once per block at most often: the second one of an owner meets a used nonce and fails
  const types = '(bytes32,address,address,uint256,uint256,uint256)';
  const content = hash(encodeArguments(types, textHash(PERMIT), ...terms, 0, timestamp + 600));
  const signature = signDigest(owner, hash(`1901${domain.slice(2)}${content.slice(2)}`));
  const call = 'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)';
  const data = encodeCall(call, ...terms, timestamp + 600, ...signature);
  return [{ from: random.pick(users), to: token.address, data, gas: 150_000 }];
}

/** @param {Town} town @returns {Draft[]} mostly higher than all before; a late low bid fails */
function bid(town) {
  const { world, users, at } = town;
  const tooLow = world.random.chance(0.15);
  if (!tooLow) town.bid += world.random.amount(ETHER / 100n);
  const value = tooLow ? 1n : town.bid;
  return [{ from: world.random.pick(users), to: at.auction, data: encodeCall('bid()'), value, gas: 120_000 }];
}

/** @param {Town} town @returns {Draft[]} call data that looks like a batch: few distinct words */
function postBatch({ world: { random }, users, at }) {
  const words = Array.from({ length: 6 }, () => bytesToHex(random.bytes(12)).slice(2).padStart(64, '0'));
  const data = Array.from({ length: random.int(80, 220) }, () => random.pick(words)).join('');
  return [
    { from: random.pick(users), to: at.rollup, data: encodeCall('postData(bytes)', `0x${data}`), gas: 1_200_000 },
  ];
}

/** @param {Town} town @returns {Draft[]} */
function postBlobs({ world: { random }, sequencer, at }) {
  const blobs = Array.from({ length: random.int(1, 3) }, () => versionedHash(random.bytes(32)));
  const data = encodeCall('postBlobs(bytes32)', bytesToHex(random.bytes(32)));
  return [{ from: sequencer, to: at.rollup, data, gas: 150_000, type: 3, blobs, tip: 2n * GWEI }];
}

/** @param {Town} town @returns {Draft[]} */
function deployContract(town) {
  const { world, users, at } = town;
  const from = world.random.pick(users);
  const token = () => world.contracts.Token + encodeArguments('(bytes32,uint8)', bytesToHex(world.random.bytes(4)), 18);
  const drafts = {
    plain: () => {
      const { address: _, ...draft } = deployment(world, from, 'Collectible', '(uint256,uint256)', PRICE, 100);
      return { ...draft, type: 0 };
    },
    salted: () => ({
      from,
      to: at.workshop,
      data: encodeCall('makeAt(bytes32,bytes)', `0x${(++town.salt).toString(16).padStart(64, '0')}`, `0x${token()}`),
      gas: 1_100_000,
    }),
    proxy: () => ({ from, to: at.workshop, data: encodeCall('proxyOf(address)', at.notary), gas: 150_000 }),
  };
  return [drafts[world.random.weighted({ plain: 2, salted: 3, proxy: 4 })]()];
}

/** @param {Town} town @param {Hex} to @returns {Hex} two token payments and one of ether, as one batch */
function batchCall({ world: { random }, market }, to) {
  const [token] = market.tokens;
  const pay = (/** @type {Hex} */ receiver) =>
    encodeCall('transfer(address,uint256)', receiver, random.amount(token.unit));
  const batch = [
    [token.address, token.address, to],
    [0, 0, random.amount(ETHER / 100n)],
    [pay(to), pay(market.router), '0x'],
  ];
  return encodeCall('execute(address[],uint256[],bytes[])', ...batch);
}

/** @param {Town} town @returns {Draft[]} a delegated account calls its own code */
function useWallet(town) {
  const { random } = town.world;
  const owner = random.pick(town.delegates);
  return [{ from: owner, to: owner.address, data: batchCall(town, random.pick(town.users).address), gas: 250_000 }];
}

/** @param {Town} town @returns {Draft[]} delegates (by itself or through a sponsor), uses it, and sometimes ends it */
function delegate(town) {
  const { world, users, at } = town;
  const { random } = world;
  const owner = random.pick(users.slice(30));
  const data = batchCall(town, random.pick(users).address);
  const use = { from: owner, to: owner.address, data, gas: 300_000 };
  const authorizations = [{ authority: owner, address: at.wallet }];
  if (random.chance(0.4)) return [{ ...use, type: 4, authorizations }];
  const start = delegation(random.pick(users), owner, at.wallet);
  const end = delegation(random.pick(users), owner, /** @type {Hex} */ (`0x${'0'.repeat(40)}`));
  return random.chance(0.5) ? [start, use] : [start, use, end];
}

/** @param {Town} town @returns {Draft[]} ether into its token and back */
function wrap({ world: { random }, market: { ether } }) {
  const from = random.pick(ether.holders);
  if (random.chance(0.6)) return [{ from, to: ether.address, value: random.amount(ETHER), gas: 60_000 }];
  const data = encodeCall('withdraw(uint256)', random.amount(ETHER / 2n));
  return [{ from, to: ether.address, data, gas: 70_000 }];
}

/** @param {Town} town @returns {Draft[]} EIP-7002 and EIP-7251: a validator leaves, another one merges */
export function beaconRequests({ world: { random }, users }) {
  const publicKey = () => bytesToHex(random.bytes(48));
  const partial = `${publicKey()}${random
    .int(1, 2 ** 30)
    .toString(16)
    .padStart(16, '0')}`;
  const merge = `${publicKey()}${publicKey().slice(2)}`;
  const [leaver, merger] = [random.pick(users), random.pick(users)];
  return [
    { from: leaver, to: WITHDRAWAL_REQUESTS, data: /** @type {Hex} */ (partial), value: 10n, gas: 200_000 },
    { from: merger, to: CONSOLIDATION_REQUESTS, data: /** @type {Hex} */ (merge), value: 10n, gas: 250_000 },
  ];
}

/** @param {Town} town @returns {Draft[]} a hot wallet empties its queue: consecutive nonces of one sender */
function burst({ world, users, market }) {
  const { random } = world;
  const from = users[random.int(0, 2)];
  const [token] = market.tokens;
  return Array.from({ length: random.int(5, 9) }, () => {
    const receiver = strangerAddress(world);
    const plain = { from, type: 0, tip: GWEI };
    if (random.chance(0.4)) return { ...plain, to: receiver, value: random.amount(ETHER), gas: 21_000 };
    const data = encodeCall('transfer(address,uint256)', receiver, random.amount(10n * token.unit));
    return { ...plain, to: token.address, data, gas: 80_000 };
  });
}

/** @type {Record<string, (town: Town) => Draft[]>} */
export const SCENES = {
  collectible,
  payOut,
  stake,
  claim,
  notarize,
  permit,
  bid,
  postBatch,
  postBlobs,
  deployContract,
  useWallet,
  delegate,
  wrap,
  burst,
};

/** Default tips for scenes that do not care. @param {Town} town @param {Draft[]} scene @returns {Draft[]} */
export const tipped = ({ world }, scene) => scene.map((draft) => ({ tip: drawTip(world.random), ...draft }));
