/**
 * Blocks of signed transactions in RLP, without conflicts: transfers between strangers, and transfers of one token between its
 * holders. Keys are drawn from their numbers. The reference decodes the same bytes and runs on a flat state.
 */
import { createBlock, createBlockFromRLP } from '@ethereumjs/block';
import { createFeeMarket1559Tx } from '@ethereumjs/tx';
import { createAddressFromPrivateKey, createAddressFromString, hexToBytes } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { FlatState } from '../test/oracle/flat-state.mjs';
import { commonOf } from '../test/oracle/reference.mjs';
import { worldOf } from '../test/oracle/world.mjs';
import { balances, token } from './conflict-free.mjs';
import { chainOf } from './reference-call.mjs';

const COUNT = 1000;
const RULES = { chainId: 1, hardfork: 'shanghai' };
const TOKEN = '0x7000000000000000000000000000000000000070';

const keyOf = (/** @type {string} */ text) => keccak_256(new TextEncoder().encode(text));
const receiver = (/** @type {number} */ i) => createAddressFromPrivateKey(keyOf(`to ${i}`)).toString();
const word = (/** @type {bigint | number | string} */ value) => BigInt(value).toString(16).padStart(64, '0');

/** @param {string} name @param {Record<string, object>} contracts @param {(i: number) => any} draft */
function signedBlock(name, contracts, draft, keys) {
  const common = commonOf(RULES);
  const transactions = keys.map((key, i) => {
    const fees = { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
    return createFeeMarket1559Tx({ chainId: 1, nonce: 0, gasLimit: 100_000, ...fees, ...draft(i) }, { common }).sign(
      key,
    );
  });
  const header = {
    ...{ number: 18_000_000, timestamp: 1_693_100_000, gasLimit: 1_000_000_000n, baseFeePerGas: 10_000_000_000n },
    ...{ coinbase: createAddressFromString('0x0000000000000000000000000000000000c01bba'), gasUsed: 0n },
  };
  const block = createBlock({ header, transactions, withdrawals: [] }, { common }).serialize();
  const rich = { nonce: 0, balance: '0x8ac7230489e80000' };
  const people = keys.map((/** @type {Uint8Array} */ key) => [createAddressFromPrivateKey(key).toString(), rich]);
  const preState = { ...Object.fromEntries(people), ...contracts };
  return { name, block, file: { preState, count: COUNT, gasUsed: 0n } };
}

export async function signedBlocks() {
  const keys = Array.from({ length: COUNT }, (_, i) => keyOf(`from ${i}`));
  const senders = keys.map((key) => /** @type {`0x${string}`} */ (createAddressFromPrivateKey(key).toString()));
  const contract = { nonce: 1, balance: 0, code: `0x${token}`, storage: await balances(senders) };
  const to = createAddressFromString(TOKEN);
  return [
    signedBlock(
      'signed transfers',
      {},
      (i) => ({ to: createAddressFromString(receiver(i)), value: 1n + BigInt(i) }),
      keys,
    ),
    signedBlock(
      'signed token transfers',
      { [TOKEN]: contract },
      (i) => ({ to, data: hexToBytes(`0x${word(receiver(i))}${word(1 + i)}`) }),
      keys,
    ),
  ];
}

/** The reference on the same bytes: what it finds, and a run of it. @param {any} file @param {Uint8Array} block */
export async function signedReference({ preState }, block) {
  const common = commonOf(RULES);
  const world = worldOf({ preState, codes: {} });
  const once = async () => {
    const stateManager = new FlatState(world, new Uint8Array(32));
    const start = performance.now();
    const decoded = createBlockFromRLP(block, { common, setHardfork: false });
    const vm = await createVM({ common, stateManager, blockchain: chainOf({}) });
    const options = { block: decoded, generate: true, skipHeaderValidation: true, skipBlockValidation: true };
    const { gasUsed } = await runBlock(vm, options);
    return { gasUsed, total: performance.now() - start };
  };
  const { gasUsed } = await once();
  return { gasUsed, run: async () => ({ total: (await once()).total }) };
}
