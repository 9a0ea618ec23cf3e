/**
 * State roots on a whole trie in memory: a block of withdrawals that changes many accounts of a large state, here and by
 * `@ethereumjs/mpt` on a trie of the same nodes in a `Map`, in the same run. Both must give the same roots before they are
 * timed. Ours is the time within the run of the block (`stats.ms.stateRoot`), on one slot; theirs is a `put` for each account,
 * its value encoded and its key hashed already, and the root.
 */
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, concatBytes, MapDB, ValueEncoding } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createEngine } from '../dist/src/index.js';
import { Random } from '../scripts/showcase/random.mjs';
import { hexPrefix, nibblesOf } from '../scripts/spec/trie.mjs';
import { compete } from './measure.mjs';

const GWEI = 10n ** 9n;
const EMPTY_CODE = keccak_256(new Uint8Array(0));
const EMPTY_ROOT = keccak_256(RLP.encode(new Uint8Array(0)));
const EMPTY = Uint8Array.of(0x80);
/** Shanghai on mainnet: the first blocks with withdrawals, and no system calls. */
const HEADER = {
  number: '0x1036641',
  timestamp: '0x64373057',
  gasLimit: '0x1c9c380',
  baseFeePerGas: '0x7',
  miner: `0x${'c0'.repeat(20)}`,
  mixHash: `0x${'00'.repeat(32)}`,
  parentHash: `0x${'00'.repeat(32)}`,
  transactions: [],
};

/** @typedef {{ address: Uint8Array, key: Uint8Array, nonce: bigint, balance: bigint }} Account */

/** @param {Account} account @param {bigint} more */
const leafOf = ({ nonce, balance }, more = 0n) => RLP.encode([nonce, balance + more, EMPTY_ROOT, EMPTY_CODE]);

/** @param {number} count @returns {Account[]} */
function drawAccounts(count) {
  const random = new Random('accounts');
  return Array.from({ length: count }, () => {
    const address = random.bytes(20);
    const nonce = BigInt(random.int(0, 300));
    return { address, key: keccak_256(address), nonce, balance: BigInt(random.int(1, 2 ** 40)) * GWEI };
  });
}

/** @param {Uint8Array} a @param {Uint8Array} b */
const byBytes = (a, b) => Buffer.compare(a, b);

/** A list from items that are encoded already. @param {Uint8Array[]} items */
function listOf(items) {
  const body = concatBytes(...items);
  const { length } = body;
  const head = length < 56 ? [0xc0 + length] : length < 256 ? [0xf8, length] : [0xf9, length >> 8, length & 255];
  return concatBytes(Uint8Array.from(head), body);
}

/**
 * The nodes of a trie of sorted accounts, each 32 bytes or longer, by their hashes: a put for each would take the reference
 * minutes and leave the nodes of all tries on the way.
 */
class Nodes {
  /** @type {Map<string, Uint8Array>} */
  byHash = new Map();
  bytes = 0;

  /** @param {Uint8Array} node */
  #keep(node) {
    const hash = keccak_256(node);
    this.byHash.set(Buffer.from(hash).toString('hex'), node);
    this.bytes += node.length;
    return concatBytes(Uint8Array.of(0xa0), hash);
  }

  /** @param {{ path: Uint8Array, value: Uint8Array }[]} entries @param {number} from @param {number} to @param {number} depth @returns {Uint8Array} */
  put(entries, from, to, depth) {
    const first = /** @type {any} */ (entries[from]).path;
    const last = /** @type {any} */ (entries[to - 1]).path;
    if (to - from === 1)
      return this.#keep(
        listOf([
          RLP.encode(hexPrefix(first.subarray(depth), true)),
          RLP.encode(/** @type {any} */ (entries[from]).value),
        ]),
      );
    let shared = depth;
    while (first[shared] === last[shared]) shared++;
    if (shared > depth) {
      const below = this.put(entries, from, to, shared);
      return this.#keep(listOf([RLP.encode(hexPrefix(first.subarray(depth, shared), false)), below]));
    }
    const children = [];
    for (let nibble = 0, at = from; nibble < 16; nibble++) {
      const begin = at;
      while (at < to && entries[at]?.path[depth] === nibble) at++;
      children.push(begin === at ? EMPTY : this.put(entries, begin, at, depth + 1));
    }
    return this.#keep(listOf([...children, EMPTY]));
  }
}

/** @param {Account[]} accounts */
async function referenceTrie(accounts) {
  const nodes = new Nodes();
  const entries = [...accounts]
    .sort((a, b) => byBytes(a.key, b.key))
    .map((account) => ({ path: nibblesOf(account.key), value: leafOf(account) }));
  const root = nodes.put(entries, 0, entries.length, 0).subarray(1);
  const db = new MapDB(nodes.byHash);
  const trie = await createMPT({ db, root, valueEncoding: ValueEncoding.Bytes });
  return { trie, root, nodeBytes: nodes.bytes };
}

/** @param {any} engine @param {Account[]} accounts */
async function ownState(engine, accounts) {
  const preState = Object.fromEntries(
    accounts.map(({ address, nonce, balance }) => [bytesToHex(address), { nonce, balance }]),
  );
  const bare = process.memoryUsage().rss;
  const started = performance.now();
  const state = await engine.createState(preState, { trie: true });
  return { state, milliseconds: performance.now() - started, rss: process.memoryUsage().rss - bare };
}

/** @param {{ accounts: number, keys: number, runs: number }} options */
export async function wholeTrie({ accounts: count, keys, runs }) {
  const accounts = drawAccounts(count);
  const engine = await createEngine({ slots: 1 });
  const { state, milliseconds } = await ownState(engine, accounts);
  const { trie, root } = await referenceTrie(accounts);
  const before = await state.root();
  if (before !== bytesToHex(root)) throw new Error(`state root ${before}, expected ${bytesToHex(root)}`);
  const random = new Random('changes');
  const changed = new Set(Array.from({ length: keys }, () => random.int(0, count - 1)));
  while (changed.size < keys) changed.add(random.int(0, count - 1));
  const chosen = [...changed].map((i) => /** @type {Account} */ (accounts[i]));
  const withdrawals = chosen.map(({ address }, i) => ({
    ...{ index: i, validatorIndex: i, amount: 5n, address: bytesToHex(address) },
  }));
  const updates = chosen.map((account) => ({ key: account.key, value: leafOf(account, 5n * GWEI) }));
  const block = await engine.prepare(/** @type {any} */ ({ ...HEADER, withdrawals }));
  const ours = async () => {
    const { stateRoot, stats, invalid } = await engine.runBlock({ block, state, commit: false });
    if (invalid || !stateRoot) throw new Error(`no state root: ${invalid?.reason}`);
    return { root: bytesToHex(stateRoot), ms: stats.ms.stateRoot ?? 0 };
  };
  const theirs = async () => {
    trie.root(root);
    const started = performance.now();
    for (const { key, value } of updates) await trie.put(key, value);
    return { root: bytesToHex(trie.root()), ms: performance.now() - started };
  };
  const roots = [(await ours()).root, (await theirs()).root];
  if (roots[0] !== roots[1] || roots[0] === before) throw new Error(`state roots ${roots.join(' and ')}`);
  const timed = (/** @type {() => Promise<{ ms: number }>} */ run) => async () => ({ root: (await run()).ms });
  const times = await compete({ ours: timed(ours), ethereumjs: timed(theirs) }, { warmup: 2, runs });
  await block.dispose();
  await state.dispose();
  await engine.close();
  const [own, reference] = [times.ours?.root, times.ethereumjs?.root];
  if (!own || !reference) throw new Error('nothing was timed');
  const faster = { median: reference.median / own.median, min: reference.min / own.min };
  return { accounts: count, keys, faster, build: milliseconds, milliseconds: { ours: own, ethereumjs: reference } };
}
console.log(
  JSON.stringify(
    await wholeTrie({ accounts: Number(process.argv[2]), keys: Number(process.argv[3]), runs: 5 }),
    undefined,
    1,
  ),
);
