// Codes by their hash, fetched once each and checked against it.
import type { Hex } from '../block/types.ts';
import { parseBytes } from '../hex.ts';
import { hexIn, reading } from './answers.ts';
import { EMPTY_CODE_HASH, type KnownState } from './known.ts';
import { type Problems, parentTag, type SourceContext } from './source.ts';
import { keccakHex } from './trie.ts';

const METHOD = 'eth_getCode';

/** Fetches what `known` lacks of the codes at `wanted` (address → code hash). Addresses of others are problems. */
export async function fetchCodes(
  context: SourceContext,
  wanted: ReadonlyMap<Hex, Hex>,
  known: KnownState,
  problems: Problems,
): Promise<void> {
  const { client } = context;
  const firstWith = new Map<Hex, Hex>();
  for (const [address, hash] of wanted) {
    if (hash !== EMPTY_CODE_HASH && !known.codes.has(hash) && !firstWith.has(hash)) firstWith.set(hash, address);
  }
  const asked = [...firstWith];
  const params = (address: Hex): unknown[] => [address, parentTag(context)];
  const answers = await client.askAll(asked.map(([, address]) => ({ method: METHOD, params: params(address) })));
  asked.forEach(([hash, address], i) => {
    const answer = answers[i];
    if (answer === undefined || 'refusal' in answer) {
      if (answer) problems.set(address, client.refused(METHOD, answer.refusal));
      return;
    }
    const code = reading(client, METHOD, () => hexIn(answer.value, `code of ${address}`));
    if (keccakHex(parseBytes(code, 'code')) === hash) known.codes.set(hash, code);
    else problems.set(address, client.wrongAnswer(METHOD, `the code of ${address} does not have the hash ${hash}`));
  });
}
