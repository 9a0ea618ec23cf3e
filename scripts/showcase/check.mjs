/**
 * Runs a block file from nothing but its own text and compares what comes out with the header: gas, receipts root,
 * logs bloom, requests hash and the state root of the whole world. All of the library's validation is on.
 */
import { createBlockFromRPC } from '@ethereumjs/block';
import { Account, bytesToHex, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { commonAt } from './forks.mjs';
import { JournaledState } from './state.mjs';

/** @param {string} hex */
const bytesOf = (hex) => hexToBytes(`0x${hex.length % 2 === 0 ? '' : '0'}${hex.slice(2)}`);

/** @param {any} json a block file @returns {Promise<JournaledState>} */
async function loadState({ preState, codes }) {
  const state = new JournaledState();
  for (const [text, { nonce, balance, codeHash, storage }] of Object.entries(preState)) {
    const address = createAddressFromString(text);
    await state.putAccount(address, new Account(BigInt(nonce), BigInt(balance)));
    if (codeHash !== undefined) await state.putCode(address, bytesOf(codes[codeHash]));
    for (const [slot, value] of Object.entries(storage)) {
      await state.putStorage(address, setLengthLeft(bytesOf(slot), 32), bytesOf(value));
    }
  }
  return state;
}

/** @param {any} json a block file */
function loadBlockchain({ blockHashes }) {
  const chain = {
    /** @param {bigint} number */
    getBlock: async (number) => {
      const hash = blockHashes[String(number)];
      if (hash === undefined) throw new Error(`block hash ${number} is not in the file`);
      return { hash: () => bytesOf(hash) };
    },
    shallowCopy: () => chain,
  };
  return chain;
}

/** @param {any} json a block file @throws {Error} when the block does not give what its header says */
export async function checkBlock(json) {
  const common = commonAt(json.number, Number(json.header.timestamp));
  if (common.hardfork() !== json.hardfork) throw new Error(`fork ${common.hardfork()} instead of ${json.hardfork}`);
  const rpc = { ...json.header, uncles: [], transactions: json.transactions, withdrawals: json.withdrawals };
  const block = createBlockFromRPC(rpc, [], { common });
  if (bytesToHex(block.hash()) !== json.header.hash) throw new Error('header hash');
  block.transactions.forEach((tx, i) => {
    if (tx.getSenderAddress().toString() !== json.transactions[i].from) throw new Error(`sender of transaction ${i}`);
    if (bytesToHex(tx.hash()) !== json.transactions[i].hash) throw new Error(`hash of transaction ${i}`);
  });
  const vm = await createVM({ common, stateManager: await loadState(json), blockchain: loadBlockchain(json) });
  return runBlock(vm, { block, skipHeaderValidation: true });
}
