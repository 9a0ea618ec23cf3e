/**
 * Blocks of transactions that have nothing in common but the fee recipient: what the protocol costs where there is nothing
 * to redo. Transfers between strangers; transfers of one token between its holders (balances under keccak keys, an
 * event); swaps, each in a pool of its own (two transfers out of two tokens, reserves, a product that may not shrink).
 */
import { assemble, call, jumpIf, label, put, store } from '../scripts/showcase/assembler.mjs';

const COUNT = 1500;
const ETHER = 10n ** 18n;
const TOKEN = 0x70_0000;
const POOLS = 0x80_0000;

/** @typedef {`0x${string}`} Hex */
/** @param {number} index @returns {Hex} spread over the key space as real addresses are */
const address = (index) =>
  `0x${((BigInt(index) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % 2n ** 159n).toString(16).padStart(40, '0')}`;
const word = (/** @type {number | bigint | string} */ value) => BigInt(value).toString(16).padStart(64, '0');
const quantity = (/** @type {number | bigint} */ value) => /** @type {Hex} */ (`0x${value.toString(16)}`);

const sender = (/** @type {number} */ i) => address(1000 + i);
const receiver = (/** @type {number} */ i) => address(500_000 + i);
const arg = (/** @type {number} */ i) => [32 * i, 'CALLDATALOAD'];
/** The key of a holder's balance, from the stack. */
const balanceKey = [0, 'MSTORE', 0, 32, 'MSTORE', 64, 0, 'KECCAK256'];

/** transfer(to, amount): checks, two balances, an event, true. */
export const token = assemble(
  ['CALLER', balanceKey, 'DUP1', 'SLOAD', arg(1), 'DUP2', 'LT', jumpIf('poor')],
  [arg(1), 'SWAP1', 'SUB', 'SWAP1', 'SSTORE'],
  [arg(0), balanceKey, 'DUP1', 'SLOAD', arg(1), 'ADD', 'SWAP1', 'SSTORE'],
  [put(0, arg(1)), arg(0), 'CALLER', 0xddf252adn, 32, 0, 'LOG3', put(0, 1), 32, 0, 'RETURN'],
  [label('poor'), 0, 0, 'REVERT'],
);

/** swap(amount): reserves in slots 0 and 1, fee 0.3 %, pays by the token's transfer twice, a log. */
const pool = assemble(
  [0, 'SLOAD', 1, 'SLOAD'], // b a
  [arg(0), 997, 'MUL', 'DUP1', 'DUP3', 'MUL', 'SWAP1', 'DUP4', 1000, 'MUL', 'ADD', 'SWAP1', 'DIV'], // out b a
  ['DUP1', 64, 'MSTORE', 'SWAP1', 'SUB', 1, 'SSTORE', arg(0), 'ADD', 0, 'SSTORE'],
  [put(96, 'CALLER'), [64, 'MLOAD', 128, 'MSTORE']],
  [call('CALL', BigInt(address(TOKEN)), { input: [96, 64] }), 'POP'],
  [call('CALL', BigInt(address(TOKEN + 1)), { input: [96, 64] }), 'POP'],
  [store(2, [2, 'SLOAD', 1, 'ADD']), 32, 64, 'LOG0'],
);

const balanceSlot = async (/** @type {Hex} */ holder) => {
  const { keccak_256 } = await import('@noble/hashes/sha3.js');
  const bytes = Buffer.from(word(holder) + word(0), 'hex');
  return `0x${Buffer.from(keccak_256(bytes)).toString('hex')}`;
};

/** Storage in which each holder has tokens. @param {Hex[]} holders */
export async function balances(holders) {
  const entries = await Promise.all(holders.map(async (holder) => [await balanceSlot(holder), quantity(ETHER)]));
  return Object.fromEntries(entries);
}

/** @param {string} name @param {Record<string, object>} contracts @param {(i: number) => object} draft */
function blockOf(name, contracts, draft) {
  const senders = Array.from({ length: COUNT }, (_, i) => sender(i));
  const preState = {
    ...Object.fromEntries(senders.map((at) => [at, { nonce: 0, balance: 10n * ETHER }])),
    ...contracts,
  };
  const transactions = senders.map((from, i) => ({
    ...{ type: '0x2', chainId: '0x1', nonce: '0x0', gas: quantity(300_000), from, value: '0x0', input: '0x' },
    ...{ maxFeePerGas: quantity(2e10), maxPriorityFeePerGas: quantity(1e9), accessList: [] },
    ...draft(i),
  }));
  const block = {
    ...{
      number: quantity(18_000_000),
      timestamp: quantity(1_693_100_000),
      gasLimit: quantity(1e9),
      baseFeePerGas: quantity(1e10),
    },
    ...{ miner: address(7), mixHash: `0x${'11'.repeat(32)}`, parentHash: `0x${'22'.repeat(32)}`, difficulty: '0x0' },
    ...{ transactions, withdrawals: [] },
  };
  return { name, file: { block, preState, codes: {}, blockHashes: {}, header: undefined } };
}

/** Where every transaction needs what the one before has written: a counter, and arithmetic that takes it in. */
export async function chainBlock() {
  const counter = address(0x90_0000);
  const code = assemble(
    [0, 'SLOAD', 200, label('round'), 'SWAP1', 7, 'MUL', 3, 'ADD', 'SWAP1'],
    [1, 'SWAP1', 'SUB', 'DUP1', jumpIf('round'), 'POP', 0, 'SSTORE'],
  );
  const contract = { nonce: 1, balance: 0, code: `0x${code}`, storage: { '0x0': '0x1' } };
  return blockOf('one chain', { [counter]: contract }, () => ({ to: counter, input: '0x01' })).file;
}

export async function conflictFreeBlocks() {
  const senders = Array.from({ length: COUNT }, (_, i) => sender(i));
  const pools = Array.from({ length: COUNT }, (_, i) => address(POOLS + i));
  const held = await balances(senders);
  const ofPools = await balances(pools);
  const contract = (/** @type {string} */ code, /** @type {object} */ storage) => ({
    nonce: 1,
    balance: 0,
    code: `0x${code}`,
    storage,
  });
  const reserves = { '0x0': quantity(ETHER), '0x1': quantity(ETHER), '0x2': '0x1' };
  return [
    blockOf('transfers', {}, (i) => ({ to: receiver(i), value: quantity(1 + i) })),
    blockOf('token transfers', { [address(TOKEN)]: contract(token, held) }, (i) => ({
      to: address(TOKEN),
      input: `0x${word(receiver(i))}${word(1 + i)}`,
    })),
    blockOf(
      'swaps',
      {
        [address(TOKEN)]: contract(token, ofPools),
        [address(TOKEN + 1)]: contract(token, ofPools),
        ...Object.fromEntries(pools.map((at) => [at, contract(pool, reserves)])),
      },
      (i) => ({ to: pools[i], input: `0x${word(1_000_000 + i)}` }),
    ),
  ];
}
