// Captures blocks from a node: each becomes a block file that holds all that its execution needs, and that was executed
// against its header before it is handed out.

import { decodeBlock } from '../block/decode.ts';
import { sourceRecord } from '../block/fields.ts';
import type { BlockFile } from '../block/file.ts';
import { type ChainFacts, chainOf, publicChain } from '../block/file-chain.ts';
import { scheduledFork, supportedFork } from '../block/forks.ts';
import type { Hex } from '../block/types.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { hexOf, parseQuantity, U64_MAX } from '../hex.ts';
import { compareWithHeader, uncheckedFields } from '../result/compare.ts';
import { lowerCased, reading } from './answers.ts';
import { type BlockSelector, type FetchedBlock, fetchBlock, rpcBlockOf } from './block.ts';
import { RpcClient, type RpcOptions } from './client.ts';
import { type Collected, collect, type Finished } from './collect.ts';
import { captureFile } from './file.ts';
import { changedOutside, namedKeys, settledAddresses } from './keys.ts';
import { areProving, type Keys, type KnownJson, KnownState } from './known.ts';
import { Replayer } from './replay.ts';
import type { SourceContext, SourceKind, StateSource } from './source.ts';
import { PrestateSource } from './source-prestate.ts';
import { ProofSource } from './source-proof.ts';
import { ValuesSource } from './source-values.ts';
import { WitnessSource } from './source-witness.ts';

/** Which source of state is asked first; `auto`: the best that the node has. */
export type CaptureSource = 'auto' | SourceKind;

export const CAPTURE_SOURCES: readonly CaptureSource[] = ['auto', 'witness', 'prestate', 'proof', 'values'];

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
  slots: number;
  /** Requests to the node so far. */
  requests: number;
}

export interface CaptureInput {
  block: BlockSelector;
  /** What an interrupted capture of the same block had; of another block it is ignored. */
  resumeFrom?: BlockFile | undefined;
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

function checkSource(source: unknown): CaptureSource {
  if (source === undefined) return 'auto';
  if (CAPTURE_SOURCES.includes(source as CaptureSource)) return source as CaptureSource;
  throw badArgument('source', `one of ${CAPTURE_SOURCES.join(', ')}`, source);
}

/** Sources in the order in which they are asked, and, where the node was believed in vain, those to begin again with. */
function sourcesFor(source: CaptureSource, context: SourceContext): StateSource[][] {
  const [witness, prestate] = [new WitnessSource(context), new PrestateSource(context)];
  const [proof, values] = [new ProofSource(context), new ValuesSource(context)];
  switch (source) {
    case 'auto':
      return [[witness, prestate, proof, values], [proof]];
    case 'witness':
      return [[witness, proof, values]];
    case 'prestate':
      return [[prestate, proof, values]];
    case 'proof':
      return [[proof]];
    case 'values':
      return [[values]];
  }
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
    const chain = this.#chainFacts(fetched);
    const { common } = chainOf(chain);
    await this.#checkSenders(fetched, chain);
    const context = {
      client: this.#client,
      fetched,
      changedOutside: changedOutside(fetched, common),
      lacking: this.#lacking,
    };
    let mismatch: unknown;
    for (const sources of sourcesFor(this.#source, context)) {
      const collected = this.#start(fetched, mismatch === undefined ? input.resumeFrom : undefined);
      try {
        return await this.#attempt(context, sources, chain, collected, input);
      } catch (error) {
        const isMismatch = error instanceof ParallelEvmError && error.code === 'CAPTURE_MISMATCH';
        // What hashes show is what the node would show again.
        if (mismatch !== undefined || !isMismatch || areProving(collected.known.sources())) throw mismatch ?? error;
        mismatch = error;
      }
    }
    throw mismatch;
  }

  async #attempt(
    context: SourceContext,
    sources: readonly StateSource[],
    chain: ChainFacts,
    collected: Collected,
    { onProgress, onCheckpoint }: CaptureInput,
  ): Promise<BlockFile> {
    const { fetched } = context;
    const { common } = chainOf(chain);
    const file = (keys?: Keys): BlockFile => {
      const state = collected.known.sources(keys);
      const origin = {
        ...(this.#version !== undefined && { client: this.#version }),
        state,
        proven: areProving(state),
      };
      const witness = keys !== undefined && origin.proven ? witnessOf(sources) : undefined;
      return captureFile({ chain, fetched, collected, origin, keys, witness });
    };
    const replay = await this.#replayer.prepare(rpcBlockOf(fetched), common);
    try {
      const needs = { named: namedKeys(fetched, common), settled: settledAddresses(fetched, common) };
      const finished = await collect(context, sources, replay, needs, collected, async (round) => {
        onProgress?.({ number: fetched.number, round, requests: this.#client.requests, ...collected.known.sizes() });
        await onCheckpoint?.(() => file());
      });
      this.#compare(fetched, chain, finished);
      return file(finished.reads);
    } finally {
      await replay.dispose();
    }
  }

  #chainFacts({ header, number }: FetchedBlock): ChainFacts {
    const { chainId } = this;
    const common = publicChain(chainId);
    const timestamp = parseQuantity(header.timestamp, 'timestamp', U64_MAX);
    const hardfork = this.#hardfork ?? (common && scheduledFork(common, BigInt(number), timestamp));
    if (hardfork === undefined)
      throw badArgument('hardfork', `given for chain ${chainId}, whose schedule is not known here`, hardfork);
    return {
      network: common?.chainName() ?? `chain-${chainId}`,
      chainId,
      number,
      header,
      hardfork: supportedFork(hardfork),
    };
  }

  /** Recovers every sender: a signature covers all of its transaction, so this checks more than who it was. */
  async #checkSenders(fetched: FetchedBlock, chain: ChainFacts): Promise<void> {
    const method = 'eth_getBlockByNumber';
    const { common } = chainOf(chain);
    const block = rpcBlockOf(fetched);
    const unsent = block.transactions.map(({ from: _, ...rest }) => rest);
    const options = { common, hardfork: chain.hardfork, recover: this.#replayer.recover };
    const decoded = decodeBlock({ ...block, transactions: unsent }, options);
    const plain = await decoded.catch((error: unknown) =>
      reading(this.#client, method, () => {
        throw error;
      }),
    );
    plain.transactions.forEach(({ from }, i) => {
      const said = fetched.transactions[i]?.from;
      if (said !== hexOf(from))
        throw this.#client.wrongAnswer(
          method,
          `transactions[${i}].from is ${said}, signed by ${hexOf(from)}`,
          `transactions[${i}].from`,
        );
    });
  }

  #start({ header, parent }: FetchedBlock, partial: BlockFile | undefined): Collected {
    const known = new KnownState();
    const blockHashes: Record<string, Hex> = { [String(Number(parent.number))]: parent.hash };
    if (partial?.header.hash !== header.hash) return { known, blockHashes };
    const { preState, codes, raw } = partial;
    // Where it is not said, nothing counts as proven.
    const { state: sources = ['values'] } = Object(raw.source) as { state?: unknown };
    known.load(lowerCased({ preState, codes, sources }) as KnownJson);
    return { known, blockHashes: { ...partial.blockHashes, ...blockHashes } };
  }

  #compare({ header, number }: FetchedBlock, { hardfork }: ChainFacts, { result }: Finished): void {
    const [first] = compareWithHeader(header, result, uncheckedFields(hardfork));
    if (first === undefined) return;
    const { field, expected, actual } = first;
    const message = `block ${number} captured from ${this.#client.shown}: ${field} expected ${expected}, got ${actual}`;
    throw new ParallelEvmError('CAPTURE_MISMATCH', message, { field, value: actual, url: this.#client.shown });
  }
}

function witnessOf(sources: readonly StateSource[]): Hex[] | undefined {
  const source = sources.find((each) => each instanceof WitnessSource);
  return source?.nodes();
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
