// The state out of an execution witness: the nodes of the parent's tries, and the codes, that the block needs, in one
// answer. Geth, Reth and Nethermind write it as lists; older versions as objects by hash.
import { sourceRecord } from '../block/fields.ts';
import type { Hex } from '../block/types.ts';
import { badArgument } from '../errors.ts';
import { hexOf, parseBytes } from '../hex.ts';
import { fetchCodes } from './codes.ts';
import { EMPTY_CODE_HASH, type Keys, type KnownState } from './known.ts';
import { provenAccount, provenSlot } from './proven.ts';
import { askInBulk, type BulkAnswer, type Problems, type SourceContext, type StateSource } from './source.ts';
import { keccakHex, TrieNodes } from './trie.ts';

const METHOD = 'debug_executionWitness';

function bytesList(value: unknown, field: string): Uint8Array[] {
  const list = Array.isArray(value) ? value : Object.values(sourceRecord(value, field, 'a list of bytes').values);
  return list.map((item, i) => parseBytes(item, `${field}[${i}]`));
}

interface Witness {
  nodes: Uint8Array[];
  trie: TrieNodes;
  codes: Map<Hex, Hex>;
}

function witnessIn(value: unknown): Witness {
  const { values } = sourceRecord(value, 'witness');
  const nodes = bytesList(values.state, 'state');
  if (nodes.length === 0) throw badArgument('state', 'not empty', values.state);
  const trie = new TrieNodes();
  for (const node of nodes) trie.add(node);
  const codes = new Map(bytesList(values.codes ?? [], 'codes').map((code) => [keccakHex(code), hexOf(code)]));
  return { nodes, trie, codes };
}

export class WitnessSource implements StateSource {
  readonly kind = 'witness';
  readonly #context: SourceContext;
  #answer: BulkAnswer<Witness> | undefined;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  /** RLP of the nodes; none where the node gave no witness. */
  nodes(): Hex[] {
    return this.#answer && 'value' in this.#answer ? this.#answer.value.nodes.map(hexOf) : [];
  }

  async read(keys: Keys, known: KnownState, problems: Problems): Promise<void> {
    const { number } = this.#context.fetched.header;
    this.#answer ??= await askInBulk(this.#context, METHOD, [number], witnessIn);
    if ('value' in this.#answer) await this.#readFrom(this.#answer.value, keys, known, problems);
    else for (const address of keys.keys()) problems.set(address, this.#answer.problem);
  }

  async #readFrom(witness: Witness, keys: Keys, known: KnownState, problems: Problems): Promise<void> {
    const { client, fetched } = this.#context;
    const root = fetched.parent.stateRoot as Hex;
    const found = new Map([...keys.keys()].map((address) => [address, provenAccount(witness.trie, root, address)]));
    for (const [hash, code] of witness.codes) known.codes.set(hash, code);
    const hashes = new Map([...found].map(([address, account]) => [address, account?.codeHash ?? EMPTY_CODE_HASH]));
    await fetchCodes(this.#context, hashes, known, problems);
    for (const [address, account] of found) {
      const hash = hashes.get(address) as Hex;
      if (account === undefined) {
        problems.set(address, client.wrongAnswer(METHOD, `the witness does not reach ${address}`, address));
      } else if (hash === EMPTY_CODE_HASH || known.codes.has(hash)) {
        known.setAccount(address, account, this.kind);
        if (account !== null) this.#readSlots(witness, account.storageRoot, address, keys, known, problems);
      }
    }
  }

  #readSlots(
    { trie }: Witness,
    storageRoot: Hex,
    address: Hex,
    keys: Keys,
    known: KnownState,
    problems: Problems,
  ): void {
    for (const slot of keys.get(address) ?? []) {
      const value = provenSlot(trie, storageRoot, slot);
      if (value !== undefined) known.setSlot(address, slot, value, this.kind);
      else
        problems.set(
          address,
          this.#context.client.wrongAnswer(METHOD, `the witness does not reach slot ${slot} of ${address}`, address),
        );
    }
  }
}
