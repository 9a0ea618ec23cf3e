// Captures blocks from a node: each becomes a block file that holds all that its execution needs, and that was executed
// against its header before it is handed out.

import { sourceRecord } from '../block/fields.ts';
import type { BlockFile } from '../block/file.ts';
import { type ChainFacts, chainOf } from '../block/file-chain.ts';
import { supportedFork } from '../block/forks.ts';
import type { Hex } from '../block/types.ts';
import { ParallelEvmError } from '../errors.ts';
import { parseQuantity } from '../hex.ts';
import { compareWithHeader, uncheckedFields } from '../result/compare.ts';
import { lowerCased, reading } from './answers.ts';
import { type BlockSelector, type FetchedBlock, fetchBlock, rpcBlockOf } from './block.ts';
import { chainFacts } from './chain.ts';
import { RpcClient, type RpcOptions } from './client.ts';
import { type Collected, collect, type Finished } from './collect.ts';
import { captureFile } from './file.ts';
import { changedOutside, namedKeys, settledAddresses } from './keys.ts';
import { areProving, type Keys, type KnownJson, KnownState } from './known.ts';
import { type Replay, Replayer } from './replay.ts';
import { checkSenders } from './senders.ts';
import type { SourceContext, StateSource } from './source.ts';
import { type CaptureSource, checkSource, sourcesFor, sourcesIn, witnessOf } from './sources.ts';

/** How a node is asked, and for what. */
export interface CapturerOptions extends RpcOptions {
  /** Where the state comes from; `auto` unless given. */
  source?: CaptureSource | undefined;
  /** The fork in force, for chains whose schedule is not known here (all but mainnet, Sepolia, Holesky, Hoodi). */
  hardfork?: string | undefined;
}

/** How far a capture is. */
export interface CaptureProgress {
  /** Block number. */
  number: number;
  /** Runs of the block so far. */
  round: number;
  /** Of the state before the block. */
  accounts: number;
  /** Of storage, in the state before the block. */
  slots: number;
  /** Requests to the node so far. */
  requests: number;
}

/** What `capture` is given. */
export interface CaptureInput {
  /** Which block. */
  block: BlockSelector;
  /** What an interrupted capture of the same block had; of another block it is ignored. */
  resumeFrom?: BlockFile | undefined;
  /** Called whenever there is something new to tell. */
  onProgress?: ((progress: CaptureProgress) => void) | undefined;
  /**
   * Called between runs; `partial` makes a file with all that is known so far, which `resumeFrom` takes. Its state is not
   * complete.
   */
  onCheckpoint?: ((partial: () => BlockFile) => Promise<void> | void) | undefined;
}

/** Captures blocks from one node, one after another. */
export interface Capturer {
  /** Of the node's chain. */
  readonly chainId: number;
  /** The number of a block that is given by number, hash or name. */
  numberOf(block: BlockSelector): Promise<number>;
  /**
   * Captures one block.
   * @throws {ParallelEvmError} `RPC_FAILED`, `RPC_WRONG_ANSWER`, `CAPTURE_MISMATCH`, `BAD_ARGUMENT`, `UNSUPPORTED_CHAIN`,
   * `ABORTED`
   */
  capture(input: CaptureInput): Promise<BlockFile>;
}

/** What a node says of itself can have any length. */
const LONGEST_VERSION = 100;

/** One way to the state of a block. */
interface Attempt {
  source: CaptureSource;
  resumeFrom?: BlockFile | undefined;
}

/**
 * The ways in turn: each begins anew where the block did not match its header on what the one before had believed, be it a
 * file or the node's word.
 */
function attemptsFor(source: CaptureSource, resumeFrom: BlockFile | undefined): Attempt[] {
  const anew: Attempt[] = [{ source }, ...(source === 'auto' ? [{ source: 'proof' as const }] : [])];
  return resumeFrom === undefined ? anew : [{ source, resumeFrom }, ...anew];
}

class NodeCapturer implements Capturer {
  readonly chainId: number;
  readonly #client: RpcClient;
  readonly #source: CaptureSource;
  readonly #hardfork: string | undefined;
  readonly #version: string | undefined;
  readonly #replayer: Replayer;
  readonly #lacking = new Set<string>();

  constructor(
    client: RpcClient,
    replayer: Replayer,
    { source, hardfork }: CapturerOptions,
    { chainId, version }: NodeFacts,
  ) {
    this.#client = client;
    this.#replayer = replayer;
    this.#source = checkSource(source);
    this.#hardfork = hardfork;
    this.#version = version;
    this.chainId = chainId;
  }

  async numberOf(block: BlockSelector): Promise<number> {
    return (await fetchBlock(this.#client, block)).number;
  }

  async capture(input: CaptureInput): Promise<BlockFile> {
    sourceRecord(input, 'input');
    const fetched = await fetchBlock(this.#client, input.block);
    const chain = chainFacts(fetched, this.chainId, this.#hardfork);
    const { common } = chainOf(chain);
    await checkSenders(this.#client, fetched, chain, this.#replayer.recover);
    const outside = changedOutside(fetched, common);
    const context = { client: this.#client, fetched, changedOutside: outside, lacking: this.#lacking };
    const replay = await this.#replayer.prepare(rpcBlockOf(fetched), common);
    try {
      return await this.#inTurn(context, chain, replay, input);
    } finally {
      await replay.dispose();
    }
  }

  /** Tries one way after another while the block does not match its header on what was believed. */
  async #inTurn(context: SourceContext, chain: ChainFacts, replay: Replay, input: CaptureInput): Promise<BlockFile> {
    const { fetched } = context;
    const resumeFrom = input.resumeFrom?.header.hash === fetched.header.hash ? input.resumeFrom : undefined;
    let mismatch: unknown;
    for (const attempt of attemptsFor(this.#source, resumeFrom)) {
      const collected = startFrom(fetched, attempt.resumeFrom);
      const sources = sourcesFor(attempt.source, context);
      try {
        return await this.#attempt(context, sources, chain, replay, collected, input);
      } catch (error) {
        const isMismatch = error instanceof ParallelEvmError && error.code === 'CAPTURE_MISMATCH';
        // What hashes show is what the node would show again.
        const isSure = attempt.resumeFrom === undefined && areProving(collected.known.sources());
        if (!isMismatch || isSure) throw mismatch ?? error;
        mismatch = error;
      }
    }
    throw mismatch;
  }

  async #attempt(
    context: SourceContext,
    sources: readonly StateSource[],
    chain: ChainFacts,
    replay: Replay,
    collected: Collected,
    { onProgress, onCheckpoint }: CaptureInput,
  ): Promise<BlockFile> {
    const { fetched } = context;
    const { common } = chainOf(chain);
    const file = (keys?: Keys): BlockFile => {
      const state = collected.known.sources(keys);
      const proven = areProving(state);
      const origin = { ...(this.#version !== undefined && { client: this.#version }), state, proven };
      const witness = keys !== undefined && proven ? witnessOf(sources) : [];
      return captureFile({ chain, fetched, collected, origin, keys, witness });
    };
    const needs = { named: namedKeys(fetched, common), settled: settledAddresses(fetched, common) };
    const finished = await collect(context, sources, replay, needs, collected, async (round) => {
      onProgress?.({ number: fetched.number, round, requests: this.#client.requests, ...collected.known.sizes() });
      await onCheckpoint?.(() => file());
    });
    this.#compare(fetched, chain, finished);
    return file(finished.reads);
  }

  #compare({ header, number }: FetchedBlock, { hardfork }: ChainFacts, { result }: Finished): void {
    const [first] = compareWithHeader(header, result, uncheckedFields(hardfork));
    if (first === undefined) return;
    const { field, expected, actual } = first;
    const message = `block ${number} captured from ${this.#client.shown}: ${field} expected ${expected}, got ${actual}`;
    throw new ParallelEvmError('CAPTURE_MISMATCH', message, { field, value: actual, url: this.#client.shown });
  }
}

/** What is known at the beginning: the parent's hash, and what a file has. */
function startFrom({ parent }: FetchedBlock, file: BlockFile | undefined): Collected {
  const known = new KnownState();
  const blockHashes: Record<string, Hex> = { [String(Number(parent.number))]: parent.hash };
  if (file === undefined) return { known, blockHashes };
  const { preState, codes, raw } = file;
  const { state } = Object(raw.source) as { state?: unknown };
  known.load({ ...(lowerCased({ preState, codes }) as Omit<KnownJson, 'sources'>), sources: sourcesIn(state) });
  return { known, blockHashes: { ...file.blockHashes, ...blockHashes } };
}

interface NodeFacts {
  chainId: number;
  version: string | undefined;
}

async function askNode(client: RpcClient): Promise<NodeFacts> {
  const [chain, version] = await client.askAll([
    { method: 'eth_chainId', params: [] },
    { method: 'web3_clientVersion', params: [] },
  ]);
  if (chain !== undefined && 'refusal' in chain) throw client.refused('eth_chainId', chain.refusal);
  const chainId = reading(client, 'eth_chainId', () =>
    Number(parseQuantity(chain?.value, 'chainId', BigInt(Number.MAX_SAFE_INTEGER))),
  );
  const text = version !== undefined && 'value' in version ? version.value : undefined;
  return { chainId, version: typeof text === 'string' ? text.slice(0, LONGEST_VERSION) : undefined };
}

/**
 * Connects to a node, to capture any number of its blocks.
 * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the option, `RPC_FAILED`, `RPC_WRONG_ANSWER`
 */
export async function createCapturer(options: CapturerOptions): Promise<Capturer> {
  sourceRecord(options, 'options');
  checkSource(options.source);
  if (options.hardfork !== undefined) supportedFork(options.hardfork);
  const client = new RpcClient(options);
  const [facts, replayer] = await Promise.all([askNode(client), Replayer.start()]);
  return new NodeCapturer(client, replayer, options, facts);
}

/**
 * Captures a block from a node: the block, the hashes that it asks for, and the state before it, as a block file that
 * has been executed and matches its header.
 *
 * @throws {ParallelEvmError} `BAD_ARGUMENT`; `RPC_FAILED` for a node that cannot be reached or refuses (`url`, `method`,
 * `status`); `RPC_WRONG_ANSWER`; `CAPTURE_MISMATCH`; `UNSUPPORTED_CHAIN`; `ABORTED`
 * @example
 * ```ts
 * const file = await captureBlock({ rpc: 'http://127.0.0.1:8545', block: 'latest' });
 * const state = await engine.createState(file.preState, { codes: file.codes });
 * const result = await engine.runBlock({ block: file.block, state, blockHashes: file.blockHashes });
 * ```
 */
export async function captureBlock(options: CapturerOptions & CaptureInput): Promise<BlockFile> {
  const capturer = await createCapturer(options);
  return capturer.capture(options);
}
