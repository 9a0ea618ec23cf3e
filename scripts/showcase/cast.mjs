/**
 * The people and contracts of a block, brought into being by set-up blocks: accounts with ether, tokens that were
 * deployed and minted. Lists are in order of popularity; mixes draw from them with `Random.popular`.
 */
import { bytesToHex, createAddressFromString, generateAddress, hexToBytes } from '@ethereumjs/util';
import { encodeArguments, encodeCall } from './abi.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {import('./transactions.mjs').Actor} Actor */
/** @typedef {import('./transactions.mjs').Draft} Draft */
/** @typedef {import('./transactions.mjs').Hex} Hex */
/** @typedef {{ address: Hex, unit: bigint, holders: Actor[] }} Token */

export const ETHER = 10n ** 18n;
export const GWEI = 10n ** 9n;
const OWNERS_PER_MINT = 100;
const SET_UP_BLOCK_GAS = 25_000_000n;

/** @param {World} world @param {number} count @param {string} [role] @returns {Promise<Actor[]>} */
export async function hireActors(world, count, role = 'user') {
  const actors = [];
  for (let i = 0; i < count; i++) {
    actors.push(await world.actor(`${role}/${i}`, world.random.amount(400n * ETHER) + 20n * ETHER));
  }
  return actors;
}

/** @param {World} world @returns {Hex} an address that nobody has used */
export const strangerAddress = (world) => /** @type {Hex} */ (bytesToHex(world.random.bytes(20)));

/**
 * @param {World} world @param {Actor} from @param {string} contract name @param {string} types of the constructor
 * @param {unknown[]} values
 * @returns {Draft & { address: Hex }} a deployment and where it will live, if it is the actor's next transaction
 */
export function deployment(world, from, contract, types = '()', ...values) {
  const data = /** @type {Hex} */ (`0x${world.contracts[contract]}${encodeArguments(types, ...values)}`);
  const address = nextContractAddress(from);
  return { from, data, gas: 300n * BigInt(data.length) + 300_000n, address };
}

/** @param {Actor} from @param {bigint} [ahead] @returns {Hex} what its next CREATE transaction makes */
export function nextContractAddress(from, ahead = 0n) {
  const nonce = from.nonce + ahead;
  const digits = nonce.toString(16);
  const bytes =
    nonce === 0n ? new Uint8Array(0) : hexToBytes(`0x${digits.padStart(digits.length + (digits.length % 2), '0')}`);
  return bytesToHex(generateAddress(createAddressFromString(from.address).bytes, bytes));
}

/** Set-up transactions of one sender, in as many blocks as their gas limits need. @param {World} world @param {Draft[]} drafts */
export async function mineAll(world, drafts) {
  /** @type {Draft[]} */
  let block = [];
  let gas = 0n;
  for (const draft of drafts) {
    if (gas + BigInt(draft.gas) > SET_UP_BLOCK_GAS && block.length > 0) {
      await world.mine(block);
      block = [];
      gas = 0n;
    }
    block.push(draft);
    gas += BigInt(draft.gas);
  }
  if (block.length > 0) await world.mine(block);
}

/** @param {World} world @param {Actor} from @param {string} contract @param {string} [types] @param {unknown[]} values @returns {Promise<Hex>} */
export async function deploy(world, from, contract, types, ...values) {
  const draft = deployment(world, from, contract, types, ...values);
  await world.mine([draft]);
  return draft.address;
}

/** @param {Actor} issuer @param {Token} token @param {{ owner: Hex, amount: bigint }[]} grants @returns {Draft[]} */
export function mints(issuer, token, grants) {
  const drafts = [];
  for (let i = 0; i < grants.length; i += OWNERS_PER_MINT) {
    const part = grants.slice(i, i + OWNERS_PER_MINT);
    const lists = [part.map(({ owner }) => owner), part.map(({ amount }) => amount)];
    const data = encodeCall('mint(address[],uint256[])', ...lists);
    drafts.push({ from: issuer, to: token.address, data, gas: 100_000 + part.length * 30_000 });
  }
  return drafts;
}

/** @param {number} i @returns {Hex} the symbol of token i, as bytes32 text */
const symbol = (i) => bytesToHex(new TextEncoder().encode(`TKN${i}`));

/**
 * @param {World} world @param {Actor} issuer @param {Actor[]} owners @param {number} count
 * @param {(random: World['random'], token: number, owner: number) => boolean} [holds] who gets which token; default all
 * @returns {Promise<Token[]>}
 */
export async function issueTokens(world, issuer, owners, count, holds = () => true) {
  /** @type {Token[]} */
  const tokens = [];
  for (let i = 0; i < count; i++) {
    const decimals = i % 3 === 0 ? 6 : 18;
    const address = await deploy(world, issuer, 'Token', '(bytes32,uint8)', symbol(i), decimals);
    tokens.push({ address, unit: 10n ** BigInt(decimals), holders: [] });
  }
  const drafts = tokens.flatMap((token, i) => {
    token.holders = owners.filter((_, k) => holds(world.random, i, k));
    const amount = () => world.random.amount(50_000n * token.unit) + 1000n * token.unit;
    const grants = token.holders.map(({ address }) => ({ owner: address, amount: amount() }));
    return mints(issuer, token, grants);
  });
  await mineAll(world, drafts);
  return tokens;
}

/**
 * Withdrawals of consecutive validators; every third goes to somebody who also trades in the block.
 * @param {World} world @param {Actor[]} actors @param {number} [count]
 */
export function drawWithdrawals({ random }, actors, count = 6) {
  const firstIndex = random.int(90_000_000, 110_000_000);
  const firstValidator = random.int(100_000, 900_000);
  return Array.from({ length: count }, (_, i) => ({
    index: firstIndex + i,
    validatorIndex: firstValidator + i,
    address: i % 3 === 0 ? random.pick(actors).address : bytesToHex(random.bytes(20)),
    amount: random.int(15_000_000, 19_000_000),
  }));
}
