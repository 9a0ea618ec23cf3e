/**
 * State roots on a whole trie in memory: block after block of withdrawals, each to other accounts of a large state, here and
 * by `@ethereumjs/mpt` on a trie of the same nodes in a `Map`, in the same run. After each block both must have the same
 * root. Ours is the time within the run of the block (`stats.ms.stateRoot`), on one slot unless told otherwise; theirs is a `put` for each account,
 * its value encoded and its key hashed already, and the root.
 */
import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, concatBytes, MapDB, ValueEncoding } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createEngineOn } from '../dist/src/engine.js';
import { surveyHeap } from '../dist/src/memory/sweep.js';
import { WORKERS } from '../dist/src/pool.js';
import { Random } from '../scripts/showcase/random.mjs';
import { hexPrefix, nibblesOf } from '../scripts/spec/trie.mjs';
import { compete, speedup } from './measure.mjs';

const GWEI = 10n ** 9n;
/** Gwei of a withdrawal. */
const AMOUNT = 5n;
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

/** @param {Account} account @param {bigint} balance */
const leafOf = ({ nonce }, balance) => RLP.encode([nonce, balance, EMPTY_ROOT, EMPTY_CODE]);

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

  /** @param {Uint8Array} node */
  #keep(node) {
    const hash = keccak_256(node);
    this.byHash.set(Buffer.from(hash).toString('hex'), node);
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
    .map((account) => ({ path: nibblesOf(account.key), value: leafOf(account, account.balance) }));
  const root = nodes.put(entries, 0, entries.length, 0).subarray(1);
  const db = new MapDB(nodes.byHash);
  const trie = await createMPT({ db, root, valueEncoding: ValueEncoding.Bytes });
  return { trie, root };
}

/** Bytes that are held in the engine's memory. @param {import('../dist/src/machine.js').Machine} machine */
const heldIn = ({ workspace: { space } }) => surveyHeap(space).held;

/** @param {any} engine @param {any} machine @param {Account[]} accounts @param {boolean} trie */
async function loadState(engine, machine, accounts, trie) {
  const preState = Object.fromEntries(
    accounts.map(({ address, nonce, balance }) => [bytesToHex(address), { nonce, balance }]),
  );
  const before = heldIn(machine);
  const started = performance.now();
  const state = await engine.createState(preState, { trie });
  const milliseconds = performance.now() - started;
  return { state, milliseconds, bytes: heldIn(machine) - before };
}

/** So many different accounts for each round, the same for both sides. @param {number} accounts @param {number} keys */
function drawRounds(accounts, keys) {
  const random = new Random('changes');
  /** @type {number[][]} */
  const rounds = [];
  return (/** @type {number} */ round) => {
    while (rounds.length <= round) {
      const chosen = new Set();
      while (chosen.size < keys) chosen.add(random.int(0, accounts - 1));
      rounds.push([...chosen]);
    }
    return /** @type {number[]} */ (rounds[round]);
  };
}

/** The roots of both sides by round: whoever comes second must have the first one's. */
class Roots {
  /** @type {string[]} */
  #known = [];

  /** @param {number} round @param {string} root */
  note(round, root) {
    const known = this.#known[round];
    if (known !== undefined && known !== root) throw new Error(`round ${round}: state roots ${known} and ${root}`);
    if (this.#known.slice(0, round).includes(root)) throw new Error(`round ${round} changed nothing`);
    this.#known[round] = root;
  }
}

/** A block of withdrawals in each round, committed. @param {any} engine @param {any} state @param {Account[]} accounts */
function ourRounds(engine, state, accounts) {
  return async (/** @type {number[]} */ chosen) => {
    const withdrawals = chosen.map((i) => {
      const { address } = /** @type {Account} */ (accounts[i]);
      return { index: i, validatorIndex: i, amount: AMOUNT, address: bytesToHex(address) };
    });
    const block = await engine.prepare({ ...HEADER, withdrawals });
    const { stateRoot, stats, invalid } = await engine.runBlock({ block, state });
    await block.dispose();
    if (invalid) throw new Error(`the block is invalid: ${invalid.reason}`);
    return { root: bytesToHex(stateRoot), ms: stats.ms.stateRoot };
  };
}

/** @param {import('@ethereumjs/mpt').MerklePatriciaTrie} trie @param {Account[]} accounts */
function theirRounds(trie, accounts) {
  const balances = accounts.map(({ balance }) => balance);
  return async (/** @type {number[]} */ chosen) => {
    const updates = chosen.map((i) => {
      const account = /** @type {Account} */ (accounts[i]);
      balances[i] = /** @type {bigint} */ (balances[i]) + AMOUNT * GWEI;
      return { key: account.key, value: leafOf(account, balances[i]) };
    });
    const started = performance.now();
    for (const { key, value } of updates) await trie.put(key, value);
    return { root: bytesToHex(trie.root()), ms: performance.now() - started };
  };
}

/** @param {{ accounts: number, keys: number, runs: number, slots: number }} options */
export async function wholeTrie({ accounts: count, keys, runs, slots }) {
  const accounts = drawAccounts(count);
  const { engine, machine } = await createEngineOn(WORKERS, { slots, adaptive: false });
  const bare = await loadState(engine, machine, accounts, false);
  await bare.state.dispose();
  const { state, milliseconds, bytes } = await loadState(engine, machine, accounts, true);
  const { trie, root } = await referenceTrie(accounts);
  const roundOf = drawRounds(count, keys);
  const roots = new Roots();
  roots.note(0, bytesToHex(root));
  roots.note(0, await state.root());
  /** Each side counts its rounds for itself. @param {ReturnType<typeof ourRounds>} run */
  const contender = (run) => {
    let round = 0;
    return async () => {
      const chosen = roundOf(round);
      round += 1;
      const { root, ms } = await run(chosen);
      roots.note(round, root);
      return { root: ms };
    };
  };
  const contenders = {
    ours: contender(ourRounds(engine, state, accounts)),
    ethereumjs: contender(theirRounds(trie, accounts)),
  };
  // The first round is not timed: both roots are known before one is.
  const times = await compete(contenders, { warmup: 3, runs });
  await state.dispose();
  await engine.close();
  const [ours, ethereumjs] = [times.ours?.root, times.ethereumjs?.root];
  if (!ours || !ethereumjs) throw new Error('nothing was timed');
  const perAccount = (/** @type {number} */ sum) => Math.round(sum / count);
  return {
    ...{ accounts: count, keys, slots, faster: speedup(ethereumjs, ours) },
    milliseconds: { ours, ethereumjs },
    createState: { withoutTrie: Math.round(bare.milliseconds), withTrie: Math.round(milliseconds) },
    bytesPerAccount: { withoutTrie: perAccount(bare.bytes), withTrie: perAccount(bytes) },
  };
}
