// Blocks for a node to mine, each of a kind that a capture must get right, by name.

import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, concatBytes, hexToBytes } from '@ethereumjs/util';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { create2, deploy, push, STOP, selfdestruct, sstore } from '../oracle/bytecode.ts';
import type { Anvil } from './anvil.ts';

/** The key of anvil's third account, which every such node has. */
const THIRD_KEY = '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a';
const CHAIN_ID = 31337n;

const word = (value: number | string): string => String(value).replace('0x', '').padStart(64, '0');

/** Init code for any runtime, which stands behind it: PUSH2 size, DUP1, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 0, RETURN. */
function initOf(runtime: string): string {
  return `0x61${(runtime.length / 2).toString(16).padStart(4, '0')}80600c6000396000f3${runtime}`;
}

const CALLDATA_FIRST = `${push(0)}35`;
const CALLDATA_SECOND = `${push(32)}35`;

/** slot[first word] += second word, and a log with the first word as topic. */
const COUNTER = `${CALLDATA_SECOND}${CALLDATA_FIRST}5401${CALLDATA_FIRST}55${CALLDATA_FIRST}${push(0)}${push(0)}a1${STOP}`;

/** Stores BLOCKHASH of (number − 1), (number − 3) and (number − 5), and of one that is out of reach. */
const HASHES = [1, 3, 5, 300].map((back) => sstore(back, `${push(back)}430340`)).join('') + STOP;

/** Makes a contract whose constructor stores something, and one that destroys itself. */
const MAKER = `${create2(deploy('00', sstore(1, 7)))}${create2(selfdestruct(`0x${'be'.repeat(20)}`))}${STOP}`;

const REVERTER = `${sstore(1, 1)}${push(0)}${push(0)}fd`;

async function deployed(node: Anvil, from: string, runtime: string): Promise<string> {
  const hash = await node.send({ from, data: initOf(runtime) });
  await node.mine();
  const receipt = await node.ask<{ contractAddress: string; status: string }>('eth_getTransactionReceipt', [hash]);
  if (receipt.status !== '0x1') throw new Error('a contract was not made');
  return receipt.contractAddress;
}

function signedAuthorization(address: string, nonce: bigint): Record<string, string> {
  const message = concatBytes(Uint8Array.of(5), RLP.encode([CHAIN_ID, hexToBytes(address as `0x${string}`), nonce]));
  const signed = secp256k1.sign(keccak_256(message), hexToBytes(THIRD_KEY), { prehash: false, format: 'recovered' });
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return {
    chainId: hex(CHAIN_ID),
    address,
    nonce: hex(nonce),
    yParity: hex(BigInt(signed[0] as number)),
    r: bytesToHex(signed.slice(1, 33)),
    s: bytesToHex(signed.slice(33)),
  };
}

/** Mines the blocks; returns their numbers by name. Every one but `nothing` has transactions. */
export async function buildTown(node: Anvil, hardfork: string): Promise<Record<string, number>> {
  const [a = '', b = '', c = '', d = ''] = await node.ask<string[]>('eth_accounts');
  const counter = await deployed(node, a, COUNTER);
  const hashes = await deployed(node, a, HASHES);
  const maker = await deployed(node, a, MAKER);
  const reverter = await deployed(node, a, REVERTER);
  const blocks: Record<string, number> = {};

  await node.send({ from: a, to: b, value: '0x10' });
  await node.send({ from: b, to: `0x${'77'.repeat(20)}`, value: '0x20' });
  await node.send({ from: c, to: c, value: '0x0' });
  blocks.transfers = await node.mine();

  await node.send({ from: a, to: counter, data: `0x${word(1)}${word(5)}` });
  await node.send({ from: b, to: counter, data: `0x${word(1)}${word(6)}` });
  await node.send({ from: c, to: counter, data: `0x${word(2)}${word(0)}` });
  blocks.storageAndLogs = await node.mine();

  const accessList = [{ address: counter, storageKeys: [`0x${word(1)}`, `0x${word(9)}`] }];
  await node.send({ from: a, to: counter, data: `0x${word(1)}${word(5)}`, accessList, gasPrice: '0x77359400' });
  await node.send({ from: b, to: counter, data: `0x${word(3)}${word(5)}`, accessList });
  blocks.accessLists = await node.mine();

  await node.send({ from: a, data: initOf(COUNTER) });
  await node.send({ from: b, to: maker });
  blocks.creations = await node.mine();

  await node.send({ from: a, to: hashes });
  blocks.blockHashes = await node.mine();

  await node.send({ from: a, to: reverter });
  await node.send({ from: a, to: reverter, gas: '0x5300' });
  blocks.failures = await node.mine();

  // The address of the contract to be made is known: both are in one block.
  const nonce = BigInt(await node.ask<string>('eth_getTransactionCount', [d, 'latest']));
  const made = bytesToHex(keccak_256(RLP.encode([hexToBytes(d as `0x${string}`), nonce])).slice(12));
  await node.send({ from: a, to: b, value: '0x1' });
  await node.send({ from: d, data: initOf(COUNTER) });
  await node.send({ from: a, to: made, data: `0x${word(1)}${word(5)}` });
  await node.send({ from: b, to: made, data: `0x${word(1)}${word(5)}` });
  blocks.madeAndUsed = await node.mine();

  if (hardfork !== 'cancun') {
    const third = BigInt(await node.ask<string>('eth_getTransactionCount', [c, 'latest']));
    await node.send({
      from: a,
      to: c,
      authorizationList: [signedAuthorization(counter, third)],
      data: `0x${word(4)}${word(2)}`,
    });
    await node.send({ from: b, to: c, data: `0x${word(4)}${word(3)}` });
    blocks.delegations = await node.mine();
  }
  blocks.nothing = await node.mine();
  return blocks;
}
