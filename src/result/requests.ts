// Execution requests (EIP-7685): deposits out of the logs (EIP-6110), withdrawal and consolidation requests as the two
// system calls returned them (EIP-7002, EIP-7251), and their hash.
import type { Common } from '@ethereumjs/common';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, parseBytes } from '../hex.ts';
import { type Log, logsBy, type ReceiptData } from './receipts.ts';

/** Mainnet's deposit contract. */
export const DEPOSIT_CONTRACT = '0x00000000219ab540356cbb839cbe05303d7705fa';
/**
 * 0x-hex, lower case: the deposit contract of a chain, mainnet's where its configuration names none. `@ethereumjs/common` has
 * it among its parameters, for which it has no method.
 */
export function depositContractOf(common: Common): string {
  const { _chainParams } = common as unknown as { _chainParams?: { depositContractAddress?: string } };
  return (_chainParams?.depositContractAddress ?? DEPOSIT_CONTRACT).toLowerCase();
}

/** keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)"). */
const DEPOSIT_EVENT = '0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5';

const EVENT_BYTES = 576;
/** ABI layout of the event: heads, then (offset of length, length) of public key, credentials, amount, signature, index. */
const HEADS = [160, 256, 320, 384, 512];
const SIZES = [48, 32, 8, 96, 8];

const word = (data: Uint8Array, at: number): bigint => BigInt(hexOf(data.subarray(at, at + 32)));

/** The 192 bytes of a deposit request, or undefined where the event is not laid out as EIP-6110 demands. */
function parseDeposit(data: Uint8Array): Uint8Array | undefined {
  if (data.length !== EVENT_BYTES) return undefined;
  const fits = HEADS.every(
    (head, i) => word(data, 32 * i) === BigInt(head) && word(data, head) === BigInt(SIZES[i] ?? 0),
  );
  if (!fits) return undefined;
  return concat(HEADS.map((head, i) => data.subarray(head + 32, head + 32 + (SIZES[i] ?? 0))));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const isDeposit = ([, topics]: Log): boolean => topics[0] !== undefined && hexOf(topics[0]) === DEPOSIT_EVENT;

/** All deposits of a block by the contract (none without one), 192 bytes each; undefined if one of the events is malformed: the block is invalid then. */
export function collectDeposits(receipts: ReceiptData, contract: string): Uint8Array | undefined {
  const deposits: Uint8Array[] = [];
  if (contract === '') return concat(deposits);
  for (const log of logsBy(receipts, parseBytes(contract, 'depositContract', 20))) {
    if (!isDeposit(log)) continue;
    const deposit = parseDeposit(log[2]);
    if (deposit === undefined) return undefined;
    deposits.push(deposit);
  }
  return concat(deposits);
}

/** EIP-7685: sha256 over the sha256 of each non-empty request list, type byte first. */
export function requestsHash(lists: readonly Uint8Array[]): Uint8Array {
  const hashes = lists.flatMap((list, type) =>
    list.length === 0 ? [] : [sha256(concat([Uint8Array.of(type), list]))],
  );
  return sha256(concat(hashes));
}
