// Transactions of `@ethereumjs/tx` by their own properties, as the fields that `direct-rpc.ts` reads: their raw form
// (`rlp.ts`) would turn every integer into bytes and back. Those that say another sender than their key are refused.
import type { Block } from '@ethereumjs/block';
import { stageRpc } from './direct-rpc.ts';
import { authorizationsOf, type RlpItem } from './rlp.ts';
import type { Senders } from './senders.ts';
import type { Signers } from './signers.ts';
import type { Stage } from './staging.ts';
import type { TransactionContext } from './transaction.ts';

/** What the classes of all types have between them. */
interface TransactionObject {
  type: number;
  chainId?: bigint;
  nonce: bigint;
  gasLimit: bigint;
  gasPrice?: bigint;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
  to?: { bytes: Uint8Array };
  value: bigint;
  data: Uint8Array;
  v?: bigint;
  r?: bigint;
  s?: bigint;
  maxFeePerBlobGas?: bigint;
  blobVersionedHashes?: readonly unknown[];
  accessList?: [address: Uint8Array, storageKeys: Uint8Array[]][];
  authorizationList?: RlpItem;
  cache: { senderPubKey?: Uint8Array };
}

/** Absent where the object does not know it. */
function senderOf(tx: TransactionObject, senders: Senders): Uint8Array | undefined {
  const key = tx.cache.senderPubKey;
  return key === undefined ? undefined : senders.addressOf(key).slice();
}

const fieldsOf = (tx: TransactionObject, senders: Senders): object => ({
  type: tx.type,
  chainId: tx.chainId,
  nonce: tx.nonce,
  gas: tx.gasLimit,
  gasPrice: tx.gasPrice,
  maxFeePerGas: tx.maxFeePerGas,
  maxPriorityFeePerGas: tx.maxPriorityFeePerGas,
  to: tx.to?.bytes,
  value: tx.value,
  input: tx.data,
  v: tx.v,
  r: tx.r,
  s: tx.s,
  maxFeePerBlobGas: tx.maxFeePerBlobGas,
  blobVersionedHashes: tx.blobVersionedHashes,
  accessList: tx.accessList?.map(([address, storageKeys]) => ({ address, storageKeys })),
  authorizationList: tx.authorizationList && authorizationsOf(tx.authorizationList, ''),
  from: senderOf(tx, senders),
});

/** The transactions of a block object, staged; undefined where one of them is not of the usual form. */
export function stageObjects(block: Block, context: TransactionContext, signers: Signers): Stage | undefined {
  const transactions = block.transactions as unknown as readonly TransactionObject[];
  if (transactions.some((tx) => Object.hasOwn(tx, 'getSenderAddress'))) return undefined;
  return stageRpc(
    transactions.map((tx) => fieldsOf(tx, signers.senders)),
    context,
    signers,
  );
}
