/**
 * Whether a damaged block that was taken is one that may be: the same block in other clothes, or another valid block. The first
 * shows in its encoding; of the second `@ethereumjs/vm` must say the same as of the true one, with lists that are those that its header names.
 */
import { createBlockFromRLP } from '@ethereumjs/block';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { firstDifference } from '../../test/oracle/difference.mjs';
import { prepareBlock } from '../../test/oracle/reference.mjs';

/** What a block does by the reference, and what its header claims of that. @param {any} block @param {any} world @param {any} blockHashes */
async function effectOf(block, world, blockHashes) {
  const { receipts, stateDiff } = await prepareBlock(block, world, blockHashes).run();
  const { stateRoot, gasUsed, receiptTrie, logsBloom, requestsHash, blobGasUsed } = block.header;
  const claims = { stateRoot, gasUsed, receiptTrie, logsBloom, requestsHash, blobGasUsed };
  return { claims, receipts, stateDiff: stateDiff() };
}

const OMMERS_HASH = 1;
const MINER = 2;
const NUMBER = 8;
const GAS_USED = 10;

/**
 * The block with ommers that are like its header but for what rewards depend on. Where nothing is known of their ancestors their
 * headers are not judged (docs/witness.md), and the reference is to judge the rest.
 * @param {Uint8Array} rlp
 */
function withPlainOmmers(rlp) {
  const [header, transactions, ommers, ...rest] = /** @type {any[]} */ (RLP.decode(rlp));
  const isNamed = Buffer.compare(keccak_256(RLP.encode(ommers)), header[OMMERS_HASH]) === 0;
  if (!isNamed || ommers.length === 0) return rlp;
  const plain = ommers.map((/** @type {any} */ ommer) => {
    const fields = [...header];
    for (const field of [MINER, NUMBER]) fields[field] = ommer[field];
    fields[GAS_USED] = new Uint8Array(0);
    return fields;
  });
  const changed = [...header];
  changed[OMMERS_HASH] = keccak_256(RLP.encode(plain));
  return RLP.encode([changed, transactions, plain, ...rest]);
}

/** @param {any} block */
async function holdsTogether(block) {
  const hasWithdrawals = block.common.isActivatedEIP(4895);
  const lists = [block.transactionsTrieIsValid(), !hasWithdrawals || block.withdrawalsTrieIsValid()];
  const valid = await Promise.all(lists);
  return valid.every(Boolean) && block.uncleHashIsValid() && block.transactionsAreValid();
}

/**
 * What is wrong with taking `bytes`; undefined where that is right.
 * @param {Uint8Array} bytes @param {Uint8Array} truth @param {{ common: any, world: any, blockHashes: any }} around
 * @param {boolean} judgesOmmers whoever has taken it
 * @returns {Promise<string | undefined>}
 */
export async function faultOfAnother(bytes, truth, { common, world, blockHashes }, judgesOmmers) {
  // Not even `setHardfork: false`: ommers would be of the schedule's fork.
  const options = { common, skipConsensusFormatValidation: true };
  try {
    const [block, trueBlock] = [bytes, truth].map((rlp) =>
      createBlockFromRLP(judgesOmmers ? rlp : withPlainOmmers(rlp), options),
    );
    if (!(await holdsTogether(block))) return 'taken with lists that its header does not name';
    const [got, expected] = [await effectOf(block, world, blockHashes), await effectOf(trueBlock, world, blockHashes)];
    const difference = firstDifference(got, expected, 'reference');
    return difference && `taken, and ${difference.path} is ${difference.got} instead of ${difference.expected}`;
  } catch (/** @type {any} */ error) {
    return `taken, and the reference refuses it: ${error.message}`;
  }
}
