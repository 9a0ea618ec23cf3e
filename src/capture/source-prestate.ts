// The state out of a trace of the block (`prestateTracer`): what each transaction found before itself. What the first one
// to meet a key found is what was there before the block, with exceptions that are left to other sources:
//
// * what changes outside the transactions that are traced: the fee recipient, the targets of system calls;
// * contracts that first show up behind the first transaction: an earlier one may have made them, and tracers leave
//   accounts out where they are made. They are taken only where the parent knows them, too.
import { sourceRecord } from '../block/fields.ts';
import type { Hex } from '../block/types.ts';
import { badArgument } from '../errors.ts';
import { parseBytes, parseQuantity, U64_MAX } from '../hex.ts';
import type { Answer } from './answer.ts';
import { hexIn, numberIn, reading } from './answers.ts';
import { EMPTY_CODE_HASH, isEmptyAccount, type Keys, type KnownAccount, type KnownState, slotHex } from './known.ts';
import {
  askInBulk,
  type BulkAnswer,
  type Problems,
  parentTag,
  type SourceContext,
  type StateSource,
} from './source.ts';
import { keccakHex } from './trie.ts';

const TRACER = { tracer: 'prestateTracer' };
const BY_HASH = 'debug_traceBlockByHash';
const BY_NUMBER = 'debug_traceBlockByNumber';

interface Traced {
  account: NonNullable<KnownAccount>;
  code: Hex;
  slots: Map<Hex, bigint>;
  /** The transaction that met it first. */
  first: number;
}

type Trace = Map<Hex, Traced>;

function readAccount(value: unknown, path: string): Omit<Traced, 'first'> {
  const { values } = sourceRecord(value, path, 'an account');
  const { nonce = 0, balance = 0, code = '0x', storage = {} } = values;
  const bytes = hexIn(code ?? '0x', `${path}.code`);
  const stored = Object.entries(sourceRecord(storage ?? {}, `${path}.storage`).values);
  return {
    account: {
      nonce: parseQuantity(nonce, `${path}.nonce`, U64_MAX),
      balance: numberIn(balance, `${path}.balance`),
      codeHash: bytes === '0x' ? EMPTY_CODE_HASH : keccakHex(parseBytes(bytes, path)),
    },
    code: bytes,
    slots: new Map(stored.map(([slot, word]) => [slotHex(numberIn(slot, path)), numberIn(word, `${path}.${slot}`)])),
  };
}

/** Adds what transaction `index` found, where nobody before it has met the same. */
function addFound(trace: Trace, found: unknown, index: number): void {
  const path = `[${index}].result`;
  for (const [key, value] of Object.entries(sourceRecord(found, path).values)) {
    const address = hexIn(key, path, 20);
    const own = readAccount(value, `${path}.${address}`);
    const known = trace.get(address);
    if (known === undefined) trace.set(address, { ...own, first: index });
    else for (const [slot, word] of own.slots) if (!known.slots.has(slot)) known.slots.set(slot, word);
  }
}

/** Up to the first transaction whose trace is missing: behind it, first met is not met first. */
function mergeTraces(value: unknown, hashes: readonly unknown[]): Trace {
  if (!Array.isArray(value) || value.length !== hashes.length)
    throw badArgument('traces', `an array of ${hashes.length} traces`, value);
  const trace: Trace = new Map();
  for (const [i, item] of value.entries()) {
    const { values } = sourceRecord(item, `[${i}]`);
    const { txHash, result } = values;
    if (txHash !== undefined && txHash !== hashes[i]) throw badArgument(`[${i}].txHash`, String(hashes[i]), txHash);
    if (result === undefined) break;
    addFound(trace, result, i);
  }
  return trace;
}

export class PrestateSource implements StateSource {
  readonly kind = 'prestate';
  readonly #context: SourceContext;
  #answer: BulkAnswer<Trace> | undefined;

  constructor(context: SourceContext) {
    this.#context = context;
  }

  async read(keys: Keys, known: KnownState, problems: Problems): Promise<void> {
    if (this.#answer === undefined) {
      this.#answer = await this.#fetch();
      if ('value' in this.#answer)
        for (const [address, traced] of await this.#believed(this.#answer.value)) takeOver(known, address, traced);
    }
    if ('problem' in this.#answer)
      for (const address of known.missing(keys).keys()) problems.set(address, this.#answer.problem);
  }

  async #fetch(): Promise<BulkAnswer<Trace>> {
    const { hash, number } = this.#context.fetched.header;
    const hashes = this.#context.fetched.transactions.map((tx) => tx.hash);
    const read = (value: unknown): Trace => mergeTraces(value, hashes);
    const byHash = await askInBulk(this.#context, BY_HASH, [hash, TRACER], read);
    return 'value' in byHash ? byHash : askInBulk(this.#context, BY_NUMBER, [number, TRACER], read);
  }

  async #believed(trace: Trace): Promise<Trace> {
    const { changedOutside } = this.#context;
    const traced = [...trace].filter(([address]) => !changedOutside.has(address));
    const isDoubtful = ({ code, first }: Traced): boolean => code !== '0x' && first > 0;
    const doubtful = traced.filter(([, each]) => isDoubtful(each)).map(([address]) => address);
    const there = await this.#withNonce(doubtful);
    return new Map(traced.filter(([address, each]) => !isDoubtful(each) || there.has(address)));
  }

  /** Of `addresses` those whose nonce at the parent is not 0, as that of every contract (EIP-161). */
  async #withNonce(addresses: readonly Hex[]): Promise<Set<Hex>> {
    const method = 'eth_getTransactionCount';
    const tag = parentTag(this.#context);
    const { client } = this.#context;
    const answers = await client.askAll(addresses.map((address) => ({ method, params: [address, tag] })));
    const isThere = (answer: Answer | undefined): boolean =>
      answer !== undefined &&
      'value' in answer &&
      reading(client, method, () => parseQuantity(answer.value, 'nonce', U64_MAX)) > 0n;
    return new Set(addresses.filter((_, i) => isThere(answers[i])));
  }
}

function takeOver(known: KnownState, address: Hex, { account, code, slots }: Traced): void {
  if (known.account(address) !== undefined) return;
  if (code !== '0x') known.codes.set(account.codeHash, code);
  known.setAccount(address, isEmptyAccount(account) ? null : account, 'prestate');
  for (const [slot, value] of slots) known.setSlot(address, slot, value, 'prestate');
}
