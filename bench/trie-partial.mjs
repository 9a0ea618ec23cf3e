/**
 * State roots on partial tries: the net changes of real blocks on their witnesses, here and by `@ethereumjs/mpt` in the same
 * run, per updated key (accounts and storage slots). Both start from the witness's nodes by their hashes, get keys that
 * are hashed already, and put before they delete; both must give the header's state root before they are timed. Ours is
 * the time within the run of a block, on one slot.
 */
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, hexToBytes, MapDB } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createEngine, readBlockFile } from '../dist/src/index.js';
import { corpusBlocks } from '../test/oracle/blocks.mjs';
import { compete, geomean } from './measure.mjs';

/** Blocks of fewer keys end before the clock has moved. */
const LEAST_KEYS = 50;
const EMPTY_CODE = keccak_256(new Uint8Array(0));
const EMPTY_ROOT = keccak_256(RLP.encode(new Uint8Array(0)));

/** @param {string} quantity */
const bytesOf = (quantity) => {
  const hex = BigInt(quantity).toString(16);
  return hex === '0' ? new Uint8Array(0) : hexToBytes(`0x${hex.length % 2 === 0 ? hex : `0${hex}`}`);
};

/** @typedef {{ key: Uint8Array, diff: any, slots: { key: Uint8Array, value: Uint8Array | undefined }[] }} Change */

/** Net changes with hashed keys, values encoded. @param {any} stateDiff @returns {Change[]} */
const changesOf = (stateDiff) =>
  Object.entries(stateDiff).map(([address, diff]) => ({
    key: keccak_256(hexToBytes(/** @type {any} */ (address))),
    diff,
    slots: Object.entries(diff.storage ?? {}).map(([slot, value]) => ({
      key: keccak_256(hexToBytes(/** @type {any} */ (slot))),
      value: BigInt(value) === 0n ? undefined : RLP.encode(bytesOf(value)),
    })),
  }));

/** Puts, then deletes. @param {any} trie @param {{ key: Uint8Array, value: Uint8Array | undefined }[]} entries */
async function apply(trie, entries) {
  for (const { key, value } of entries) if (value !== undefined) await trie.put(key, value);
  for (const { key, value } of entries) if (value === undefined) await trie.del(key);
}

/** The root after the changes; new nodes go to `db`. @param {any} db @param {Uint8Array} root @param {Change[]} changes */
async function referenceRoot(db, root, changes) {
  const trie = await createMPT({ db, root });
  const entries = [];
  for (const { key, diff, slots } of changes) {
    if (diff.deleted) {
      entries.push({ key, value: undefined });
      continue;
    }
    const raw = await trie.get(key);
    const [nonce, balance, storage, code] = /** @type {Uint8Array[]} */ (
      raw === null ? [new Uint8Array(0), new Uint8Array(0), EMPTY_ROOT, EMPTY_CODE] : RLP.decode(raw)
    );
    let storageRoot = storage;
    if (slots.length > 0) {
      const storageTrie = await createMPT({ db, root: storage });
      await apply(storageTrie, slots);
      storageRoot = storageTrie.root();
    }
    const account = [
      diff.nonce === undefined ? nonce : bytesOf(diff.nonce),
      diff.balance === undefined ? balance : bytesOf(diff.balance),
      storageRoot,
      diff.code === undefined ? code : keccak_256(hexToBytes(diff.code)),
    ];
    entries.push({ key, value: RLP.encode(account) });
  }
  await apply(trie, entries);
  return bytesToHex(trie.root());
}

/** @param {{ filter: string, runs: number }} options blocks whose numbers contain `filter` */
export async function partialTries({ filter, runs }) {
  const engine = await createEngine({ slots: 1 });
  const rows = [];
  for (const { number, path } of corpusBlocks()) {
    if (!String(number).includes(filter)) continue;
    const { block, witness, parentHeader, blockHashes, preState, codes, header, hardfork } = await readBlockFile(path);
    if (witness === undefined) continue;
    const state = await engine.createState(preState, { codes });
    const { stateDiff } = await engine.runBlock({ block, state, blockHashes });
    await state.dispose();
    const changes = changesOf(stateDiff.toJSON());
    const keys = changes.reduce((sum, { slots }) => sum + 1 + slots.length, 0);
    if (keys < LEAST_KEYS) continue;
    const input = { block, witness, blockHashes, ...(parentHeader && { parentHeader }) };
    const verify = async () => (await engine.verifyBlock(/** @type {any} */ (input))).ms.stateRoot;
    const list = /** @type {`0x${string}`[]} */ (witness.nodes ?? []);
    const nodes = new Map(
      list.map((node) => [Buffer.from(keccak_256(hexToBytes(node))).toString('hex'), node.slice(2)]),
    );
    const root = hexToBytes(/** @type {any} */ (witness).parentStateRoot);
    for (const got of [
      (await engine.verifyBlock(/** @type {any} */ (input))).stateRoot,
      await referenceRoot(new MapDB(new Map(nodes)), root, changes),
    ])
      if (got !== header.stateRoot) throw new Error(`block ${number}: state root ${got}, expected ${header.stateRoot}`);
    const times = await compete(
      {
        ours: async () => ({ root: await verify() }),
        ethereumjs: async () => {
          const db = new MapDB(new Map(nodes));
          const started = performance.now();
          await referenceRoot(db, root, changes);
          return { root: performance.now() - started };
        },
      },
      { warmup: 2, runs },
    );
    const [ours, theirs] = [times.ours.root, times.ethereumjs.root];
    const per = (/** @type {number} */ ms) => Number(((1000 * ms) / keys).toFixed(2));
    const faster = Number((theirs.min / ours.min).toFixed(1));
    rows.push({
      ...{ block: number, hardfork, keys, nodes: list.length, faster },
      microsecondsPerKey: { ours: per(ours.min), ethereumjs: per(theirs.min) },
      milliseconds: { ours, ethereumjs: theirs },
    });
    console.log(
      `${number} ${hardfork}: ${keys} keys, ${per(ours.min)} µs and ${per(theirs.min)} µs per key, ${faster}×`,
    );
  }
  await engine.close();
  if (rows.length === 0) throw new Error(`no block with a witness has "${filter}" in its number`);
  return { faster: geomean(rows.map(({ faster }) => faster)), rows };
}
