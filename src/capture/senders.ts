// Checks a block's senders by their signatures. A signature covers all of its transaction, so this finds every change of
// one; transactions that are left out or added are found by running the block.
import { decodeBlock } from '../block/decode.ts';
import { type ChainFacts, chainOf } from '../block/file-chain.ts';
import type { RecoverAddress } from '../block/recover.ts';
import { hexOf } from '../hex.ts';
import { reading } from './answers.ts';
import { type FetchedBlock, rpcBlockOf } from './block.ts';
import type { RpcClient } from './client.ts';

const METHOD = 'eth_getBlockByNumber';

/** @throws RPC_WRONG_ANSWER for a sender who has not signed, and for a field of a wrong form; UNSUPPORTED_CHAIN */
export async function checkSenders(
  client: RpcClient,
  fetched: FetchedBlock,
  chain: ChainFacts,
  recover: RecoverAddress,
): Promise<void> {
  const block = rpcBlockOf(fetched);
  const unsent = { ...block, transactions: block.transactions.map(({ from: _, ...rest }) => rest) };
  const options = { common: chainOf(chain).common, hardfork: chain.hardfork, recover };
  const plain = await decodeBlock(unsent, options).catch((error: unknown) =>
    reading(client, METHOD, () => {
      throw error;
    }),
  );
  plain.transactions.forEach((tx, i) => {
    const said = fetched.transactions[i]?.from;
    const signer = hexOf(tx.from);
    const field = `transactions[${i}].from`;
    if (said !== signer) throw client.wrongAnswer(METHOD, `${field} is ${said}, signed by ${signer}`, field);
  });
}
