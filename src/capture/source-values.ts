// The state value by value, on the node's word: for nodes without proofs at the parent.
import type { Hex } from '../block/types.ts';
import { parseBytes, parseQuantity, U64_MAX } from '../hex.ts';
import type { Answer } from './answer.ts';
import { hexIn, numberIn, reading } from './answers.ts';
import type { Question } from './http.ts';
import { EMPTY_CODE_HASH, isEmptyAccount, type Keys, type KnownState } from './known.ts';
import { type Problems, parentTag, type SourceContext, type StateSource } from './source.ts';
import { keccakHex } from './trie.ts';

const FIELDS = ['eth_getTransactionCount', 'eth_getBalance', 'eth_getCode'] as const;
const SLOT = 'eth_getStorageAt';

export class ValuesSource implements StateSource {
  readonly kind = 'values';
  readonly #context: SourceContext;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  async read(keys: Keys, known: KnownState, problems: Problems): Promise<void> {
    const tag = parentTag(this.#context);
    const parts = [...keys].map(([address, slots]) => ({ address, slots: [...slots] }));
    const questions = parts.flatMap(({ address, slots }): Question[] => [
      ...FIELDS.map((method) => ({ method, params: [address, tag] })),
      ...slots.map((slot) => ({ method: SLOT, params: [address, slot, tag] })),
    ]);
    const answers = await this.#context.client.askAll(questions);
    let next = 0;
    for (const { address, slots } of parts) {
      const own = answers.slice(next, next + FIELDS.length + slots.length);
      next += own.length;
      if (this.#areAnswers(address, own, questions.slice(next - own.length, next), problems))
        this.#take(
          address,
          slots,
          own.map((each) => (each as { value: unknown }).value),
          known,
        );
    }
  }

  /** False where one was refused. */
  #areAnswers(address: Hex, answers: readonly Answer[], questions: readonly Question[], problems: Problems): boolean {
    const at = answers.findIndex((answer) => 'refusal' in answer);
    const refused = answers[at];
    if (refused === undefined || !('refusal' in refused)) return true;
    problems.set(address, this.#context.client.refused((questions[at] as Question).method, refused.refusal));
    return false;
  }

  #take(address: Hex, slots: readonly Hex[], values: readonly unknown[], known: KnownState): void {
    const { client } = this.#context;
    const [count, wei, bytes, ...stored] = values;
    const nonce = reading(client, FIELDS[0], () => parseQuantity(count, address, U64_MAX));
    const balance = reading(client, FIELDS[1], () => numberIn(wei, address));
    const code = reading(client, FIELDS[2], () => hexIn(bytes, address));
    const codeHash = code === '0x' ? EMPTY_CODE_HASH : keccakHex(parseBytes(code, address));
    if (codeHash !== EMPTY_CODE_HASH) known.codes.set(codeHash, code);
    const account = { nonce, balance, codeHash };
    known.setAccount(address, isEmptyAccount(account) ? null : account, this.kind);
    slots.forEach((slot, i) => {
      const value = reading(client, SLOT, () => numberIn(stored[i], `${address}[${slot}]`));
      known.setSlot(address, slot, value, this.kind);
    });
  }
}
