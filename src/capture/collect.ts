// Collects the state that a block needs: run it on what is known, see what it has read that is not known, ask for that,
// run again, until a run reads nothing unknown.
//
// What makes it correct: the last run had every key that it read, so it is the run on the whole state. Runs before it may
// have gone astray for want of a key and read what the block never reads: a key that no source can answer is therefore an
// error only once nothing else is left to ask for.
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import type { BlockResult } from '../result/result.ts';
import { fetchHashes } from './block.ts';
import { addKey, type Keys, type KnownState } from './known.ts';
import type { Replay } from './replay.ts';
import type { Problems, SourceContext, StateSource } from './source.ts';

/** A block of 60 million gas can follow a chain of about 28,000 cold slots: this is far beyond what blocks do. */
const MOST_ROUNDS = 5000;
/** BLOCKHASH reaches as far back. */
const HASH_WINDOW = 256n;

/** What has been collected so far. */
export interface Collected {
  known: KnownState;
  /** Decimal block number → hash. */
  blockHashes: Record<string, Hex>;
}

/** Called between two rounds; `round` counts from 1. */
export type AfterRound = (round: number, collected: Collected) => Promise<void> | void;

/** The last run: its result, and the keys that it has read with those of settled accounts. */
export interface Finished {
  result: BlockResult;
  reads: Keys;
}

class Collector {
  readonly #context: SourceContext;
  readonly #sources: readonly StateSource[];
  readonly #collected: Collected;
  /** By source, the keys that it was asked for: none is asked twice for one. */
  readonly #asked: Keys[];
  readonly #problems: Problems = new Map();
  /** Hashes to ask for at the next gap: loops over BLOCKHASH meet one gap after the other. */
  #hashesAtOnce = 1n;

  constructor(context: SourceContext, sources: readonly StateSource[], collected: Collected) {
    this.#context = context;
    this.#sources = sources;
    this.#asked = sources.map(() => new Map());
    this.#collected = collected;
  }

  /**
   * Asks one source after another until one knows something of `keys`: what is asked next may be another thing after the
   * next run. False if none does.
   */
  async ask(keys: Keys): Promise<boolean> {
    const { known } = this.#collected;
    for (const [i, source] of this.#sources.entries()) {
      const asked = this.#asked[i] as Keys;
      const open = withoutKeys(known.missing(keys), asked);
      if (open.size === 0) continue;
      addKeys(asked, open);
      await source.read(open, known, this.#problems);
      if (keyCount(known.missing(open)) < keyCount(open)) return true;
    }
    return false;
  }

  /** Asks for the hash of a block and some before it. */
  async askHash(number: bigint): Promise<void> {
    const oldest = BigInt(this.#context.fetched.number) - HASH_WINDOW;
    const numbers: bigint[] = [];
    for (let at = number; at > number - this.#hashesAtOnce && at >= 0n && at >= oldest; at--) numbers.push(at);
    this.#hashesAtOnce *= 2n;
    for (const [of, hash] of await fetchHashes(this.#context.client, numbers))
      this.#collected.blockHashes[String(of)] = hash;
  }

  /** The error for keys that are needed and that nobody has answered. */
  problemWith(keys: Keys): ParallelEvmError {
    const [address = '0x'] = keys.keys();
    const problem = this.#problems.get(address as Hex);
    return problem ?? new ParallelEvmError('INTERNAL', `nobody was asked for ${address}`, { field: address });
  }
}

function addKeys(keys: Keys, more: Keys): void {
  for (const [address, slots] of more) {
    addKey(keys, address);
    for (const slot of slots) addKey(keys, address, slot);
  }
}

/** Accounts and slots. */
function keyCount(keys: Keys): number {
  let count = keys.size;
  for (const slots of keys.values()) count += slots.size;
  return count;
}

/** `keys` without those in `others`; an address without new slots is new itself. */
function withoutKeys(keys: Keys, others: Keys): Keys {
  const rest: Keys = new Map();
  for (const [address, slots] of keys) {
    const known = others.get(address);
    const left = [...slots].filter((slot) => !known?.has(slot));
    if (known === undefined || left.length > 0) rest.set(address, new Set(left));
  }
  return rest;
}

/** What a block needs whatever its runs read. */
export interface Needs {
  /** Keys to ask for before the first run: a run that goes astray for want of them costs more than asking for too many. */
  named: Keys;
  /** Accounts that are part of the state before the block though nobody may read them. */
  settled: readonly Hex[];
}

/**
 * Collects into `collected` what the block needs.
 * @throws RPC_FAILED, RPC_WRONG_ANSWER for what no source could answer; as `engine.runBlock`
 */
export async function collect(
  context: SourceContext,
  sources: readonly StateSource[],
  replay: Replay,
  { named, settled }: Needs,
  collected: Collected,
  afterRound: AfterRound,
): Promise<Finished> {
  const { known, blockHashes } = collected;
  const collector = new Collector(context, sources, collected);
  await collector.ask(named);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    await afterRound(round, collected);
    const preState = known.preState();
    const replayed = await replay.run({ preState, codes: known.codesOf(preState), blockHashes });
    for (const address of settled) addKey(replayed.reads, address);
    const isNew = await collector.ask(replayed.reads);
    if ('missingHash' in replayed) await collector.askHash(replayed.missingHash);
    else if (!isNew) {
      const open = known.missing(replayed.reads);
      if (open.size > 0) throw collector.problemWith(open);
      return replayed;
    }
  }
  throw new ParallelEvmError('CAPTURE_MISMATCH', `after ${MOST_ROUNDS} runs the block still reads unknown state`);
}
