/**
 * A scene: a chain of one or more blocks made by hand on any fork, with the accounts before it. Everything follows from
 * fork and seed, so a scene that failed can be made again. `files()` gives the blocks as parsed block files; only the first
 * one holds the state, since the others run on what it leaves.
 *
 * Fees, gas and types have defaults; a draft says what it is about. Nonces count themselves in block order.
 */
import { bytesToHex, generateAddress2, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { word } from '../showcase/abi.mjs';
import { transactionJson } from '../showcase/block-file.mjs';
import { nextContractAddress } from '../showcase/cast.mjs';
import { hashOf, Random } from '../showcase/random.mjs';
import { systemContracts } from '../showcase/system-contracts.mjs';
import { Actor, sign } from '../showcase/transactions.mjs';
import { isFrom, placeOf } from './forks.mjs';
import { rulesOf } from './signatures.mjs';

/** @typedef {import('../showcase/transactions.mjs').Draft} Draft */
/** @typedef {import('../showcase/transactions.mjs').Hex} Hex */
/** @typedef {{ nonce?: bigint, balance?: bigint, code?: string, storage?: Record<string, number | bigint> }} Account */

/**
 * What a scenario says about a transaction. `change` is laid over the finished JSON of one that cannot be signed as it
 * is meant, because the library refuses it; the oracle is then not asked about it.
 * @typedef {Omit<Draft, 'gas'> & { gas?: bigint | number, change?: Record<string, unknown> }} Part
 */

/** `isSeen`: the oracle finds it too. @typedef {{ txIndex: number, code: string, isSeen: boolean }} Invalid */

export const GWEI = 10n ** 9n;
export const ETHER = 10n ** 18n;
export const BASE_FEE = 10n * GWEI;
export const ZERO_ADDRESS = /** @type {Hex} */ (`0x${'0'.repeat(40)}`);
const BLOB_GAS = 131_072;
const BLOCK_GAS_LIMIT = 60_000_000;
const ZERO_HASH = `0x${'0'.repeat(64)}`;
const EMPTY_OMMERS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';

/** @param {number | bigint} value */
const quantity = (value) => `0x${value.toString(16)}`;

/** @param {string} creator @param {string} init hex without prefix @param {number} salt @returns {Hex} */
export const create2Address = (creator, init, salt) =>
  bytesToHex(
    generateAddress2(hexToBytes(/** @type {Hex} */ (creator)), hexToBytes(`0x${word(salt)}`), hexToBytes(`0x${init}`)),
  );

export { nextContractAddress };

/** The oracle leaves the first to block validation, and goes on where EIP-7002 and EIP-7251 make a failing call invalid. */
const UNSEEN = ['BLOCK_BLOB_GAS', 'SYSTEM_CALL_FAILED'];

/** One block of a scene. */
class Draught {
  /** @type {Part[]} */
  parts = [];
  /** @type {{ address: string, gwei: number }[]} */
  withdrawals = [];
  /** @type {Invalid | undefined} */
  invalid;
}

export class Scene {
  /** @type {Map<string, Account>} */
  accounts = new Map();
  /** Header fields other than the usual ones, the same in every block. @type {Record<string, unknown>} */
  header = {};
  gasLimit = BLOCK_GAS_LIMIT;
  baseFee = BASE_FEE;
  #blocks = [new Draught()];
  #names = 0;

  /** @param {string} fork @param {string} seed */
  constructor(fork, seed) {
    this.fork = fork;
    this.seed = seed;
    this.random = new Random(seed);
    /** Receives the fees; not in the state unless a scenario puts it there. */
    this.coinbase = new Actor(`${seed}/coinbase`);
    if (this.since('cancun')) for (const it of systemContracts(fork)) this.#putSystemContract(it);
  }

  /** @param {{ address: string, code: string, storage: Record<string, string> }} contract */
  #putSystemContract({ address, code, storage }) {
    const slots = Object.fromEntries(Object.entries(storage).map(([slot, value]) => [slot, BigInt(value)]));
    this.accounts.set(address, { nonce: 1n, code: code.slice(2), storage: slots });
  }

  /** @param {string} fork */
  since(fork) {
    return isFrom(this.fork, fork);
  }

  get #block() {
    return /** @type {Draught} */ (this.#blocks.at(-1));
  }

  /** How many transactions the current block has. */
  get length() {
    return this.#block.parts.length;
  }

  /** The number of the current block. */
  get number() {
    return placeOf(this.fork).number + this.#blocks.length - 1;
  }

  /** @param {bigint} [balance] @param {string} [name] @returns {Actor} */
  person(balance = 100n * ETHER, name = `person/${this.#names++}`) {
    const actor = new Actor(`${this.seed}/${name}`);
    if (balance > 0n) this.accounts.set(actor.address, { balance });
    return actor;
  }

  /** @param {number} count @param {bigint} [balance] @returns {Actor[]} */
  people(count, balance) {
    return Array.from({ length: count }, () => this.person(balance));
  }

  /** @returns {Hex} an address that nobody has used */
  stranger() {
    return /** @type {Hex} */ (hashOf(`${this.seed}/stranger/${this.#names++}`).slice(0, 42));
  }

  /** @param {string} code hex without prefix @param {Account} [rest] @returns {Hex} */
  contract(code, rest = {}) {
    const address = this.stranger();
    this.accounts.set(address, { nonce: 1n, code, ...rest });
    return address;
  }

  /** @param {string} address @param {Account} account */
  put(address, account) {
    this.accounts.set(address, account);
  }

  /** @param {Part} part @returns {number} its index in the block */
  send(part) {
    return this.#block.parts.push(part) - 1;
  }

  /** @param {Actor} from @returns {bigint} how many of its transactions wait to be signed, each with a nonce of its own */
  pending(from) {
    return BigInt(this.#blocks.flatMap(({ parts }) => parts).filter((part) => part.from === from).length);
  }

  /** @param {Actor} from @param {string} to @param {bigint} [value] @param {Partial<Part>} [rest] */
  pay(from, to, value = 1000n, rest = {}) {
    return this.send({ from, to: /** @type {Hex} */ (to), value, gas: 21_000, ...rest });
  }

  /** @param {Actor} from @param {string} to @param {(string | number | bigint)[]} [words] of call data @param {Partial<Part>} [rest] */
  invoke(from, to, words = [], rest = {}) {
    const data = /** @type {Hex} */ (`0x${words.map(word).join('')}`);
    return this.send({ from, to: /** @type {Hex} */ (to), data, ...rest });
  }

  /** The transaction that makes the block invalid, and why. @param {string} code @param {Part} part */
  spoil(code, part) {
    const block = this.#block;
    const txIndex = this.send(part);
    block.invalid ??= { txIndex, code, isSeen: part.change === undefined && !UNSEEN.includes(code) };
  }

  /** Says that the block itself is invalid. @param {string} code */
  spoilBlock(code) {
    this.#block.invalid ??= { txIndex: -1, code, isSeen: !UNSEEN.includes(code) };
  }

  /** @param {string} address @param {number} gwei */
  withdraw(address, gwei) {
    this.#block.withdrawals.push({ address, gwei });
  }

  /** What comes now is in the next block. */
  nextBlock() {
    this.#blocks.push(new Draught());
  }

  /** @returns {{ file: any, invalid: Invalid | undefined }[]} parsed block files, in order */
  files() {
    const common = rulesOf(this.fork);
    const state = this.#state();
    return this.#blocks.map((block, height) => ({
      file: this.#file(block, height, common, height === 0 ? state : { preState: {}, codes: {} }),
      invalid: block.invalid,
    }));
  }

  #state() {
    /** @type {Record<string, string>} */
    const codes = {};
    const accounts = [...this.accounts].map(([address, { nonce = 0n, balance = 0n, code = '', storage = {} }]) => {
      const codeHash = bytesToHex(keccak_256(hexToBytes(`0x${code}`)));
      if (code !== '') codes[codeHash] = `0x${code}`;
      const slots = Object.entries(storage).map(([slot, value]) => [`0x${word(slot)}`, quantity(value)]);
      const json = { nonce: quantity(nonce), balance: quantity(balance), ...(code !== '' && { codeHash }) };
      return [address, { ...json, storage: Object.fromEntries(slots) }];
    });
    return { preState: Object.fromEntries(accounts), codes };
  }

  /** @param {Part} part @param {number} index */
  #defaults(part, index) {
    const newest = this.since('london') ? 2 : 0;
    const tip = this.baseFee === 0n ? 0n : BigInt(1 + (index % 7)) * (GWEI / 10n);
    return { type: index % 3 === 1 ? 0 : newest, tip, gas: 300_000, ...part };
  }

  /** @param {Part} part @param {number} index @param {import('@ethereumjs/common').Common} common */
  #transaction(part, index, common) {
    const { change, ...draft } = this.#defaults(part, index);
    const signed = sign(draft, this.baseFee, common);
    const canPay = draft.maxFee === undefined || draft.maxFee >= this.baseFee; // else there is no effective price to write
    return { ...transactionJson(signed, canPay ? this.baseFee : 0n), ...change };
  }

  /** @param {Draught} block @param {number} height @param {import('@ethereumjs/common').Common} common @param {object} state */
  #file({ parts, withdrawals }, height, common, state) {
    const number = placeOf(this.fork).number + height;
    const blobs = parts.reduce((sum, part) => sum + (part.blobs?.length ?? 0), 0);
    return {
      format: 'evm-block/1',
      network: 'mainnet',
      chainId: 1,
      number,
      hardfork: this.fork,
      header: this.#header(number, height, blobs),
      transactions: parts.map((part, index) => this.#transaction(part, index, common)),
      ...(this.since('shanghai') && { withdrawals: withdrawals.map(withdrawalJson) }),
      ommers: [],
      blockHashes: Object.fromEntries([1, 2, 3, 256].map((back) => [number - back, this.#hashOf(number - back)])),
      ...state,
    };
  }

  /** @param {number} number */
  #hashOf(number) {
    return hashOf(`${this.seed}/block/${number}`);
  }

  /** @param {number} number @param {number} height @param {number} blobs */
  #header(number, height, blobs) {
    const isStaked = this.since('shanghai');
    return {
      number: quantity(number),
      timestamp: quantity(placeOf(this.fork).timestamp + 12 * height),
      parentHash: this.#hashOf(number - 1),
      sha3Uncles: EMPTY_OMMERS,
      miner: this.coinbase.address,
      stateRoot: ZERO_HASH,
      transactionsRoot: ZERO_HASH,
      receiptsRoot: ZERO_HASH,
      logsBloom: `0x${'00'.repeat(256)}`,
      difficulty: isStaked ? '0x0' : '0x20000',
      gasLimit: quantity(this.gasLimit),
      gasUsed: '0x0',
      extraData: '0x',
      mixHash: this.#hashOf(-number),
      nonce: '0x0000000000000000',
      ...(this.since('london') && { baseFeePerGas: quantity(this.baseFee) }),
      ...(isStaked && { withdrawalsRoot: ZERO_HASH }),
      ...(this.since('cancun') && {
        blobGasUsed: quantity(blobs * BLOB_GAS),
        excessBlobGas: '0x0',
        parentBeaconBlockRoot: this.#hashOf(-1),
      }),
      ...(this.since('prague') && { requestsHash: ZERO_HASH }),
      ...this.header,
    };
  }
}

/** @param {{ address: string, gwei: number }} withdrawal @param {number} i */
const withdrawalJson = ({ address, gwei }, i) => ({
  index: quantity(1000 + i),
  validatorIndex: quantity(2000 + i),
  address,
  amount: quantity(gwei),
});
