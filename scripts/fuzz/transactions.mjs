/**
 * Random transactions, most of them valid, some with one fault planted. What depends on the state at the time (nonce, funds,
 * intrinsic gas) is drawn as a distance from the exact value, so that the edges of every rule are met.
 */
import { edgeWord, hexWord, SLOTS, weighted } from './draws.mjs';
import { newestType } from './faults.mjs';
import { assembled, initCode, randomProgram } from './program.mjs';

/** @typedef {import('../showcase/random.mjs').Random} Random */
/** @typedef {import('../showcase/transactions.mjs').Actor} Actor */

/** @typedef {{ authority: Actor, address: string, nonceDelta: number, chainId: bigint, spoil?: 'highS' | 'parity' | 'r' | 'nonceMax' }} AuthorizationDraft */

/**
 * @typedef {object} Draft
 * @property {number} type
 * @property {string} from
 * @property {string | null} to null: creation
 * @property {number} nonceDelta against the sender's
 * @property {bigint} gasExtra above what the transaction needs to be valid; -1: one too little
 * @property {bigint} [gas] instead of that
 * @property {bigint} maxFeeDelta above the base fee
 * @property {bigint} tip
 * @property {bigint} [value]
 * @property {number} [fundsDelta] instead of a value: what the transaction leaves of the sender's funds
 * @property {string} data hex without prefix
 * @property {{ address: string, storageKeys: string[] }[]} accessList
 * @property {string[]} blobs
 * @property {bigint} blobFeeDelta above the blob base fee
 * @property {AuthorizationDraft[]} authorizations
 */

/** @typedef {{ fork: string, addresses: string[], contracts: string[], recursive: string[], senders: Actor[], signers: Actor[], around: import('./program.mjs').Surroundings }} Context */

const gasExtra = weighted([
  [8, (/** @type {Random} */ r) => BigInt(r.int(0, 100_000))],
  [12, (r) => BigInt(r.int(100_000, 600_000))],
  [3, (r) => BigInt(r.int(600_000, 2_500_000))],
  [1, () => 6_500_000n],
  [2, (r) => BigInt(r.int(0, 40))],
]);

/** @param {Random} r @param {string[]} addresses */
function randomAccessList(r, addresses) {
  const keys = () => Array.from({ length: r.int(0, 3) }, () => hexWord(r.pick(SLOTS)));
  return Array.from({ length: r.int(0, 4) }, () => ({
    address: r.chance(0.9) ? r.pick(addresses) : hexWord(BigInt(r.int(0, 18)), 20),
    storageKeys: keys(),
  }));
}

/** @param {Random} r @param {Context} context @returns {AuthorizationDraft} */
function randomAuthorization(r, { signers, addresses }) {
  const spoil = r.chance(0.15) ? r.pick(/** @type {const} */ (['highS', 'parity', 'r', 'nonceMax'])) : undefined;
  return {
    authority: r.pick(signers),
    address: r.chance(0.12) ? hexWord(0n, 20) : r.chance(0.1) ? hexWord(BigInt(r.int(1, 10)), 20) : r.pick(addresses),
    nonceDelta: r.chance(0.85) ? 0 : r.pick([-1, 1]),
    chainId: r.pick([0n, 1n, 1n, 1n, 2n]),
    ...(spoil && { spoil }),
  };
}

/** @param {Random} r @param {Context} context @returns {string} */
function randomInput(r, context) {
  const pick = r.int(0, 9);
  if (pick < 3) return '';
  if (pick < 5) return hexWord(edgeWord(r)).slice(2);
  if (pick < 6) return '00'.repeat(r.int(1, 600));
  if (pick < 8) return Buffer.from(r.bytes(r.int(1, 120))).toString('hex');
  return context.around.precompile(r).input;
}

/** @param {Random} r @param {Context} context */
function creation(r, context) {
  const pick = r.int(0, 9);
  if (pick < 7) return initCode(r, context.fork, context.around, 0);
  if (pick < 9) return assembled(randomProgram(r, context.fork, context.around, 1));
  return randomInput(r, context);
}

/** Faults that break one rule each, as what they change. @type {Record<string, (draft: Draft) => Partial<Draft>>} */
const FAULTS = {
  nonceLow: () => ({ nonceDelta: -1 }),
  nonceHigh: () => ({ nonceDelta: 1 }),
  intrinsicGas: () => ({ gasExtra: -1n }),
  funds: () => ({ fundsDelta: -1 }),
  feeBelowBase: () => ({ maxFeeDelta: -1n, tip: 0n }),
  priorityAboveMax: ({ maxFeeDelta }) => ({ tip: maxFeeDelta + 10n ** 10n }),
  blockGas: () => ({ gas: 2n ** 40n + 1n }),
  gasCap: () => ({ gas: 2n ** 24n + 1n }),
  initCodeSize: () => ({ to: null, data: `00${'5b'.repeat(49_152)}` }),
  laterType: ({ type }) => ({ type: Math.min(4, type + 1) }),
};

/** The same for the types that have rules of their own. @type {Record<number, Record<string, (draft: Draft) => Partial<Draft>>>} */
const FAULTS_OF_TYPE = {
  3: {
    blobVersion: ({ blobs }) => ({ blobs: blobs.map((hash) => hash.replace('0x01', '0x02')) }),
    blobNone: () => ({ blobs: [] }),
    blobCount: () => ({ blobs: Array.from({ length: 22 }, () => hexWord(1n << 248n)) }),
    blobCountOfOsaka: () => ({ blobs: Array.from({ length: 7 }, () => hexWord(1n << 248n)) }),
    blobFee: () => ({ blobFeeDelta: -1n }),
    noRecipient: () => ({ to: null }),
  },
  4: {
    authorizationNone: () => ({ authorizations: [] }),
    noRecipient: () => ({ to: null }),
  },
};

/** @param {Random} r @param {Context} context @param {number} type @returns {Draft} */
function validTransaction(r, context, type) {
  const creates = type < 3 && r.chance(0.18);
  const to = r.chance(0.8) ? r.pick(context.contracts) : r.pick(context.addresses);
  const { id, input } = r.chance(0.06) ? context.around.precompile(r) : { id: undefined, input: '' };
  const known = id === undefined ? to : hexWord(BigInt(id), 20);
  return {
    type,
    from: r.pick(context.senders).address,
    to: creates ? null : known,
    nonceDelta: 0,
    gasExtra: gasExtra(r)(r),
    maxFeeDelta: BigInt(r.pick([0, 1, 100, 10 ** 9])),
    tip: BigInt(r.pick([0, 0, 1, 100])),
    value: BigInt(r.pick([0, 0, 0, 1, 1000])),
    data: creates ? creation(r, context) : id === undefined ? randomInput(r, context) : input,
    accessList: type > 0 && r.chance(0.6) ? randomAccessList(r, context.addresses) : [],
    blobs: type === 3 ? Array.from({ length: r.int(1, 3) }, () => hexWord((1n << 248n) + (edgeWord(r) >> 8n))) : [],
    blobFeeDelta: BigInt(r.pick([0, 0, 1, 1000])),
    authorizations: type === 4 ? Array.from({ length: r.int(1, 3) }, () => randomAuthorization(r, context)) : [],
  };
}

/** @param {Random} r @param {Context} context @returns {Draft} */
export function randomTransaction(r, context) {
  const newest = newestType(context.fork);
  const draft = validTransaction(r, context, r.int(0, newest));
  if (draft.tip > draft.maxFeeDelta) draft.maxFeeDelta = draft.tip;
  if (r.chance(0.03)) draft.fundsDelta = r.pick([0, 0, 1]);
  if (context.recursive.length > 0 && r.chance(0.02)) {
    draft.to = r.pick(context.recursive); // calls itself and nothing else, so that any amount of gas comes to an end
    draft.gas = r.pick([2n ** 24n, 2n ** 34n, 2n ** 39n]);
  }
  if (!r.chance(0.06)) return draft;
  const faults = Object.values((r.chance(0.5) ? FAULTS_OF_TYPE[draft.type] : undefined) ?? FAULTS);
  return { ...draft, ...r.pick(faults)(draft) };
}
