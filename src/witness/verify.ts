// Verifying a block without the state: the witness has the trie nodes that the block meets, and every value comes out of
// them on the way down from the parent's state root. So what is verified holds if that root is the parent's and keccak-256
// does not collide; who made the witness and what else is in it does not matter.
import type { Common } from '@ethereumjs/common';
import { optional, readHash, readList, type SourceRecord, sourceRecord } from '../block/fields.ts';
import { isFrom, supportedFork } from '../block/forks.ts';
import type { LaidOut } from '../block/prepared.ts';
import type { BlockFrame, Hex } from '../block/types.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { type ByteString, hexOf } from '../hex.ts';
import type { Invalid } from '../result/invalid.ts';
import type { BlockResult, BusyTimes } from '../result/result.ts';
import type { OpenBlock } from '../rules/body.ts';
import { bodyFaults } from '../rules/body-rules.ts';
import type { BlockFault, Faults } from '../rules/faults.ts';
import type { Header } from '../rules/header.ts';
import { headerFaults } from '../rules/header-rules.ts';
import { outcomeFaults } from '../rules/outcome.ts';
import type { BlockRunner } from '../run.ts';
import type { Workspace } from '../workspace.ts';
import { type Ancestry, ancestryOf, MOST_HEADERS } from './headers.ts';
import { checkSize, loadWitness, type WitnessParts } from './load.ts';
import type { HeaderInput } from './types.ts';

/** A field of the header that is wrong. Both as text: amounts in decimal, bytes in hex, ranges as `at most 7`. */
export interface Difference {
  /** As JSON-RPC names it. */
  field: string;
  /** What the header says. */
  expected: string;
  /** What the block gives, or should have. */
  actual: string;
}

/** What verifying a block found. */
export interface VerifyResult {
  /** True if the block breaks no rule that is checked, and its header agrees with the result. */
  ok: boolean;
  /** 0x-hex; undefined if the block is invalid. */
  stateRoot: Hex | undefined;
  /** Gas after refunds. */
  gasUsed: bigint;
  /** Header fields that are not what the parent's header, the block's lists or its execution say; of an invalid block, without the last. */
  mismatches: readonly Difference[];
  /** Set if the block is invalid. */
  invalid?: Invalid;
  /** What it took. */
  ms: VerifyTimes;
}

/** Milliseconds of wall time of the stages, one after the other. */
export interface VerifyTimes {
  /** Decoding the block. */
  decode: number;
  /** Loading the witness. */
  witness: number;
  /** Running the block. */
  execute: number;
  /** The state root after it. */
  stateRoot: number;
  /** All of it. */
  total: number;
  /** No wall time: what slots did within `execute`, summed over them. */
  busy: BusyTimes;
}

/** What is verified, checked as far as it can be without the block. */
export interface VerifyRequest {
  witness: SourceRecord;
  parentHeader: HeaderInput | undefined;
  blockHashes: Readonly<Record<string, Hex>>;
  signal: AbortSignal | undefined;
}

const asIs = (item: unknown): unknown => item;

/** A list of a witness, its items unchecked; empty where it is absent. */
function listIn(witness: SourceRecord, name: string): ByteString[] {
  return (optional((from, field) => readList(from, field, asIs), witness, name) ?? []) as ByteString[];
}

function nodesIn(witness: SourceRecord): ByteString[] {
  const both = witness.values.state !== undefined && witness.values.nodes !== undefined;
  if (both) throw badArgument('witness.nodes', 'absent beside "state"', witness.values.nodes);
  const names = ['state', 'nodes'].filter((name) => witness.values[name] !== undefined);
  if (names.length === 0) throw badArgument('witness.state', 'an array of trie nodes', undefined);
  return listIn(witness, names[0] as string);
}

function ancestry({ witness, parentHeader }: VerifyRequest, { header }: BlockFrame): Ancestry {
  const headers = listIn(witness, 'headers') as HeaderInput[];
  if (headers.length > MOST_HEADERS)
    throw new ParallelEvmError('WITNESS_TOO_LARGE', `a witness has at most ${MOST_HEADERS} headers`, {
      field: 'witness.headers',
      value: headers.length,
    });
  const paths = headers.map((_, i) => `witness.headers[${i}]`);
  if (parentHeader === undefined) return ancestryOf(header.number, header.parentHash, headers, paths);
  const linked = ancestryOf(header.number, header.parentHash, [parentHeader, ...headers], ['parentHeader', ...paths]);
  const own = ancestryOf(header.number, header.parentHash, [parentHeader], ['parentHeader']);
  if (own.parent !== undefined) return linked;
  const facts = { field: 'parentHeader', value: hexOf(header.parentHash) };
  const message = `the parent header's hash is not the block's parent hash, ${hexOf(header.parentHash)}`;
  throw new ParallelEvmError('BAD_WITNESS', message, facts);
}

/** The root that everything is looked up from: the parent header's; else the one that the caller vouches for. */
function parentRoot(witness: SourceRecord, linked: Uint8Array | undefined): Uint8Array {
  const stated = optional(readHash, witness, 'parentStateRoot');
  if (linked === undefined && stated === undefined) {
    const field = 'parentHeader';
    throw badArgument(field, 'given, or in "witness.headers", or "witness.parentStateRoot" be given', undefined);
  }
  if (linked !== undefined && stated !== undefined && hexOf(linked) !== hexOf(stated)) {
    const facts = { field: 'witness.parentStateRoot', value: hexOf(stated) };
    const message = `the witness is for state root ${hexOf(stated)}, the parent header has ${hexOf(linked)}`;
    throw new ParallelEvmError('BAD_WITNESS', message, facts);
  }
  return (linked ?? stated) as Uint8Array;
}

/** Header fields that a block of the fork claims. */
function claimedFields(hardfork: string): string[] {
  const fork = supportedFork(hardfork);
  return [
    'stateRoot',
    'gasUsed',
    'logsBloom',
    'receiptsRoot',
    ...(isFrom(fork, 'cancun') ? ['blobGasUsed'] : []),
    ...(isFrom(fork, 'prague') ? ['requestsHash'] : []),
  ];
}

/** @throws BAD_ARGUMENT where the header does not claim what one of its fork does */
function checkClaims({ header, hardfork }: BlockFrame): void {
  const expected = header.expected as Readonly<Record<string, unknown>>;
  const absent = claimedFields(hardfork).find((field) => expected[field] === undefined);
  if (absent !== undefined) throw badArgument(absent, 'present in the header of a block to verify', undefined);
}

/** A block in the two forms that it is judged in: laid out, to be run, and as it is encoded. */
export interface VerifiedBlock {
  laidOut: LaidOut;
  encoded: OpenBlock;
  /** Rules of the chain. */
  common: Common;
}

/** In the queue: the rules that the block breaks beside what running it shows. */
function* ruleFaults(
  { laidOut, encoded, common }: VerifiedBlock,
  parent: Header | undefined,
  { space }: Workspace,
): Faults {
  const fork = supportedFork(laidOut.hardfork);
  yield* headerFaults(encoded.header, { fork, common, parent });
  yield* bodyFaults(encoded, fork, space);
}

/** What differs first in each field, told from the header's side: it has `got` where it should have `must`. */
function differencesOf(faults: Iterable<BlockFault>): Difference[] {
  const byField = new Map<string, Difference>();
  for (const { field, must, got } of faults)
    if (!byField.has(field)) byField.set(field, { field, expected: got, actual: must });
  return [...byField.values()];
}

function verdictOf(
  { encoded }: VerifiedBlock,
  broken: readonly BlockFault[],
  result: BlockResult,
  ms: VerifyTimes,
): VerifyResult {
  const { invalid, stateRoot, gasUsed } = result;
  if (invalid !== undefined)
    return { ok: false, stateRoot: undefined, gasUsed, mismatches: differencesOf(broken), invalid, ms };
  const mismatches = differencesOf([...broken, ...outcomeFaults(encoded.header, result)]);
  const root = stateRoot === undefined ? undefined : hexOf(stateRoot);
  return { ok: mismatches.length === 0, stateRoot: root, gasUsed, mismatches, ms };
}

/** What the block is run with: parts of the witness, and what is known of the blocks before it. */
interface Ground {
  parts: WitnessParts;
  hashes: Record<string, Hex>;
  parent: Header | undefined;
}

function groundFor(request: VerifyRequest, laidOut: LaidOut): Ground {
  const { parent, blockHashes } = ancestry(request, laidOut.frame);
  const { witness } = request;
  const root = parentRoot(witness, parent?.stateRoot);
  const lists = { nodes: nodesIn(witness), codes: listIn(witness, 'codes') };
  const parts = { root, ...lists, assumedAbsent: listIn(witness, 'assumedAbsent') };
  checkSize(parts);
  return { parts, hashes: { ...request.blockHashes, ...blockHashes }, parent };
}

/** Verifies a block. `decodeMs`: what decoding it took. */
export async function verifyLaidOut(
  workspace: Workspace,
  runner: BlockRunner,
  stamp: number,
  block: VerifiedBlock,
  request: VerifyRequest,
  decodeMs: number,
): Promise<VerifyResult> {
  const { laidOut } = block;
  checkClaims(laidOut.frame);
  const started = performance.now();
  const { parts, hashes, parent } = groundFor(request, laidOut);
  return workspace.inTurn(async () => {
    const broken: BlockFault[] = [];
    const judge = (): void => {
      broken.push(...ruleFaults(block, parent, workspace));
    };
    const state = await loadWitness(workspace, runner, stamp, parts, request.signal, judge);
    try {
      const loaded = performance.now();
      const { signal } = request;
      const options = {
        blockHashes: hashes,
        commit: false,
        signal,
        prepareMs: 0,
        record: false,
        depositContract: laidOut.depositContract,
      };
      const result = await runner.run(laidOut, state, options);
      const stateRoot = result.stats.ms.stateRoot ?? 0;
      const witness = loaded - started;
      const execute = performance.now() - loaded - stateRoot;
      const total = decodeMs + witness + execute + stateRoot;
      const ms = { decode: decodeMs, witness, execute, stateRoot, total, busy: result.stats.ms.busy };
      return verdictOf(block, broken, result, ms);
    } finally {
      state.release();
    }
  });
}

export const requestOf = (
  witness: unknown,
  parentHeader: unknown,
  blockHashes: Readonly<Record<string, Hex>>,
  signal: AbortSignal | undefined,
): VerifyRequest => ({
  witness: sourceRecord(witness, 'witness'),
  parentHeader: (parentHeader ?? undefined) as HeaderInput | undefined,
  blockHashes,
  signal,
});
