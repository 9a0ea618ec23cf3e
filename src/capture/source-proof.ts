// The state account by account with Merkle proofs (EIP-1186). Only what the proofs show below the parent's state root is
// taken; the values that stand beside them are not looked at.
import { sourceRecord } from '../block/fields.ts';
import type { Hex } from '../block/types.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { parseBytes } from '../hex.ts';
import type { Answer } from './answer.ts';
import { reading } from './answers.ts';
import { fetchCodes } from './codes.ts';
import { EMPTY_CODE_HASH, type Keys, type KnownState } from './known.ts';
import { type ProvenAccount, provenAccount, provenSlot } from './proven.ts';
import { type Problems, parentTag, type SourceContext, type StateSource } from './source.ts';
import { TrieNodes } from './trie.ts';

const METHOD = 'eth_getProof';
/** Nodes refuse more than about a thousand keys at once, gateways less. */
const SLOTS_PER_QUESTION = 100;

interface Wanted {
  address: Hex;
  slots: Hex[];
}

/** An account without slots is one question, too. */
function questionsFor(keys: Keys): Wanted[] {
  return [...keys].flatMap(([address, all]) => {
    const slots = [...all];
    const parts = Math.max(1, Math.ceil(slots.length / SLOTS_PER_QUESTION));
    return Array.from({ length: parts }, (_, i) => ({
      address,
      slots: slots.slice(i * SLOTS_PER_QUESTION, (i + 1) * SLOTS_PER_QUESTION),
    }));
  });
}

function addNodes(nodes: TrieNodes, proof: unknown, path: string): void {
  if (!Array.isArray(proof)) throw badArgument(path, 'an array of nodes', proof);
  proof.forEach((node, i) => {
    nodes.add(parseBytes(node, `${path}[${i}]`));
  });
}

/** All nodes of an answer; which proof they stand in does not matter. */
function nodesIn(value: unknown): TrieNodes {
  const nodes = new TrieNodes();
  const { values } = sourceRecord(value, 'proof');
  addNodes(nodes, values.accountProof, 'accountProof');
  const { storageProof = [] } = values;
  if (!Array.isArray(storageProof)) throw badArgument('storageProof', 'an array', storageProof);
  storageProof.forEach((item: unknown, i) => {
    const path = `storageProof[${i}]`;
    addNodes(nodes, sourceRecord(item, path).values.proof, `${path}.proof`);
  });
  return nodes;
}

export class ProofSource implements StateSource {
  readonly kind = 'proof';
  readonly #context: SourceContext;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  async read(keys: Keys, known: KnownState, problems: Problems): Promise<void> {
    const { client } = this.#context;
    const wanted = questionsFor(keys);
    const tag = parentTag(this.#context);
    const answers = await client.askAll(
      wanted.map(({ address, slots }) => ({ method: METHOD, params: [address, slots, tag] })),
    );
    const proven = new Map<Hex, ProvenAccount>();
    const slots: [address: Hex, slot: Hex, value: bigint][] = [];
    wanted.forEach((each, i) => {
      try {
        proven.set(each.address, this.#proven(each, answers[i], slots));
      } catch (error) {
        if (!(error instanceof ParallelEvmError)) throw error;
        problems.set(each.address, error);
      }
    });
    const hashes = new Map([...proven].map(([address, account]) => [address, account?.codeHash ?? EMPTY_CODE_HASH]));
    await fetchCodes(this.#context, hashes, known, problems);
    for (const [address, account] of proven) {
      // An account counts as known with its code only.
      const hash = hashes.get(address) as Hex;
      if (hash === EMPTY_CODE_HASH || known.codes.has(hash)) known.setAccount(address, account, this.kind);
    }
    for (const [address, slot, value] of slots) known.setSlot(address, slot, value, this.kind);
  }

  #proven({ address, slots }: Wanted, answer: Answer | undefined, found: [Hex, Hex, bigint][]): ProvenAccount {
    const { client, fetched } = this.#context;
    if (answer === undefined || 'refusal' in answer)
      throw client.refused(METHOD, answer?.refusal ?? { code: 0, message: 'no answer' });
    const nodes = reading(client, METHOD, () => nodesIn(answer.value));
    const account = provenAccount(nodes, fetched.parent.stateRoot as Hex, address);
    const values = account && slots.map((slot) => provenSlot(nodes, account.storageRoot, slot));
    if (account === undefined || values?.includes(undefined))
      throw client.wrongAnswer(METHOD, `the proof for ${address} does not lead from the parent's state root`, address);
    values?.forEach((value, i) => {
      found.push([address, slots[i] as Hex, value as bigint]);
    });
    return account;
  }
}
