/**
 * A small chain: genesis accounts, set-up blocks that really execute, and the one block that is written out. Each
 * header follows from its parent (base fee, blob gas, hash), so the result is a valid block on its own chain.
 * BLOCKHASH sees the real hashes of the set-up blocks and hashes drawn from the seed before them.
 */
import { createBlock, createBlockHeader, genTransactionsTrieRoot, genWithdrawalsTrieRoot } from '@ethereumjs/block';
import { Account, bytesToHex, createAddressFromString, createWithdrawal, hexToBytes } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { commonAt, forkNamed } from './forks.mjs';
import { hashOf, Random } from './random.mjs';
import { compileContracts } from './solidity.mjs';
import { JournaledState } from './state.mjs';
import { systemContracts } from './system-contracts.mjs';
import { Actor, sign } from './transactions.mjs';

/** @typedef {import('./transactions.mjs').Draft} Draft */
/** @typedef {import('@ethereumjs/block').Block} Block */

const SECONDS_PER_SLOT = 12;
const GENESIS_BASE_FEE = 2_000_000_000n;
const BLOB_GAS = 131_072n;
// e^8 wei per blob gas under Prague's update fraction: a price that is felt, and far below the senders' limit
const EXCESS_BLOB_GAS = 40_000_000n;

export class World {
  /** @param {string} seed @param {string} forkName */
  static async create(seed, forkName) {
    const world = new World(seed, forkName);
    await world.#putSystemContracts();
    world.vm = await createVM({ common: world.common, stateManager: world.state, blockchain: world.#blockchain() });
    return world;
  }

  /** @param {string} seed @param {string} forkName use `World.create` */
  constructor(seed, forkName) {
    this.seed = seed;
    this.random = new Random(seed);
    this.fork = forkNamed(forkName);
    this.common = commonAt(this.fork.firstNumber, this.fork.firstTimestamp);
    this.state = new JournaledState();
    this.contracts = compileContracts(this.fork.evmVersion);
    this.parent = this.#genesis();
    /** Hashes that BLOCKHASH asked for, by number. @type {Map<number, string>} */
    this.askedHashes = new Map();
    /** @type {Map<number, string>} */
    this.minedHashes = new Map([[Number(this.parent.number), bytesToHex(this.parent.hash())]]);
    /** Receives fees; mixes may use it as a sender. */
    this.coinbase = new Actor(`${seed}/coinbase`);
  }

  #genesis() {
    const { firstNumber, firstTimestamp, gasLimit } = this.fork;
    const header = {
      number: firstNumber - 1,
      timestamp: firstTimestamp - SECONDS_PER_SLOT,
      parentHash: hashOf(`${this.seed}/block/${firstNumber - 2}`),
      gasLimit,
      gasUsed: gasLimit / 2n,
      baseFeePerGas: GENESIS_BASE_FEE,
      ...(this.common.isActivatedEIP(4844) && { excessBlobGas: EXCESS_BLOB_GAS, blobGasUsed: 0n }),
    };
    return createBlockHeader(header, { common: this.common });
  }

  async #putSystemContracts() {
    for (const { address, code, storage } of systemContracts(this.fork.name)) {
      const owner = createAddressFromString(address);
      await this.state.putAccount(owner, new Account(1n, 0n));
      await this.state.putCode(owner, hexToBytes(code));
      for (const [slot, value] of Object.entries(storage)) {
        await this.state.putStorage(owner, hexToBytes(slot), hexToBytes(value));
      }
    }
  }

  #blockchain() {
    const chain = {
      /** @param {bigint | number} number */
      getBlock: async (number) => {
        const hash = this.hashOfBlock(Number(number));
        this.askedHashes.set(Number(number), hash);
        return { hash: () => hexToBytes(hash) };
      },
      shallowCopy: () => chain,
    };
    return chain;
  }

  /** @param {number} number @returns {string} */
  hashOfBlock(number) {
    return this.minedHashes.get(number) ?? hashOf(`${this.seed}/block/${number}`);
  }

  /** The base fee of the next block. */
  get baseFee() {
    return this.parent.calcNextBaseFee();
  }

  /** The next block's number. */
  get number() {
    return Number(this.parent.number) + 1;
  }

  /** The next block's time. */
  get timestamp() {
    return Number(this.parent.timestamp) + SECONDS_PER_SLOT;
  }

  /** @param {string} name @param {bigint} [balance] in wei, given at genesis @returns {Promise<Actor>} */
  async actor(name, balance = 0n) {
    const actor = new Actor(`${this.seed}/${name}`);
    if (balance > 0n) await this.endow(actor, balance);
    return actor;
  }

  /** Before the first block: there is no other way to make ether. @param {Actor} actor @param {bigint} balance */
  async endow(actor, balance) {
    if (this.number !== this.fork.firstNumber) throw new Error('ether is given at genesis only');
    await this.state.putAccount(createAddressFromString(actor.address), new Account(0n, balance));
  }

  /** @param {Draft} draft a transaction of the next block */
  sign(draft) {
    return sign(draft, this.baseFee, this.common);
  }

  /** Executes a set-up block; every transaction has to succeed. @param {Draft[]} drafts */
  async mine(drafts) {
    const { results } = await this.execute(drafts.map((draft) => this.sign(draft)));
    const failed = results.findIndex((result) => result.execResult.exceptionError !== undefined);
    if (failed >= 0) {
      const { exceptionError, returnValue } = results[failed].execResult;
      throw new Error(`set-up transaction ${failed}: ${exceptionError?.error} ${bytesToHex(returnValue)}`);
    }
  }

  /**
   * Executes the next block and makes it the parent.
   * @param {ReturnType<typeof sign>[]} transactions @param {object[]} withdrawals
   */
  async execute(transactions, withdrawals = []) {
    this.askedHashes.clear();
    const template = await this.#header(transactions, withdrawals);
    const draft = createBlock(
      { header: template, transactions, withdrawals: this.#withdrawals(withdrawals) },
      this.#rules(),
    );
    const result = await runBlock(this.vm, { block: draft, generate: true, skipHeaderValidation: true });
    const header = {
      ...template,
      gasUsed: result.gasUsed,
      receiptTrie: result.receiptsRoot,
      logsBloom: result.logsBloom,
      stateRoot: result.stateRoot,
      ...(this.common.isActivatedEIP(7685) && { requestsHash: result.requestsHash }),
    };
    const block = createBlock({ header, transactions, withdrawals: this.#withdrawals(withdrawals) }, this.#rules());
    this.parent = block.header;
    this.minedHashes.set(Number(block.header.number), bytesToHex(block.hash()));
    return { block, results: result.results, receipts: result.receipts, requests: result.requests ?? [] };
  }

  #rules() {
    return { common: this.common };
  }

  /** Blobs that a block has room for (EIP-4844, EIP-7691). */
  get mostBlobs() {
    return Number(this.common.getBlobGasSchedule().maxBlobGasPerBlock / BLOB_GAS);
  }

  /** @param {object[]} withdrawals */
  #withdrawals(withdrawals) {
    return this.common.isActivatedEIP(4895) ? withdrawals : undefined;
  }

  /** @param {ReturnType<typeof sign>[]} transactions @param {object[]} withdrawals */
  async #header(transactions, withdrawals) {
    const { common, parent, number } = this;
    const blobs = transactions.reduce((count, tx) => count + BigInt(tx.blobVersionedHashes?.length ?? 0), 0n);
    return {
      parentHash: parent.hash(),
      number,
      timestamp: this.timestamp,
      coinbase: this.coinbase.address,
      mixHash: hashOf(`${this.seed}/randao/${number}`),
      extraData: '0x',
      gasLimit: this.fork.gasLimit,
      baseFeePerGas: this.baseFee,
      transactionsTrie: await genTransactionsTrieRoot(transactions),
      ...(common.isActivatedEIP(4895) && {
        withdrawalsRoot: await genWithdrawalsTrieRoot(withdrawals.map((fields) => createWithdrawal(fields))),
      }),
      ...(common.isActivatedEIP(4844) && {
        blobGasUsed: blobs * BLOB_GAS,
        excessBlobGas: parent.calcNextExcessBlobGas(common),
        parentBeaconBlockRoot: hashOf(`${this.seed}/beacon/${number}`),
      }),
    };
  }
}
