// A witness in shared memory: its nodes and codes behind one another in one span, each found by its hash, and the state that
// looks accounts and slots up in them. Sizes are checked before anything is decoded.
//
//   copied, texts as they are (this thread, in slices) → decoded, hashed and indexed in parts (all slots)
//   → what dead slots had begun, and what is no byte string (this thread)

import {
  BUMP_FIRST,
  CODE_LENGTH,
  CODE_PADDING,
  CODE_START,
  PART_BYTES,
  PART_CODE_UNIT,
  PART_DONE,
  PART_FROM,
  PART_HAS_CODES,
  PART_TEXT,
  PART_TO,
  RAW_BYTES,
  RAW_RLP,
  SOURCE_BUMP,
  SOURCE_BYTES,
  SOURCE_NODES,
  SOURCE_ROOT,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import { type ByteString, parseBytes } from '../hex.ts';
import type { Span } from '../memory/heap.ts';
import { bumpSpans, type SpanHolder, tableSpan } from '../memory/sweep.ts';
import type { Views } from '../memory/views.ts';
import type { BlockRunner } from '../run.ts';
import { MAX_CODE_BYTES } from '../state/load.ts';
import { OwnedState, type Source } from '../state/owned.ts';
import { Slices } from '../state/slices.ts';
import type { Workspace } from '../workspace.ts';
import { bytesOf, type Part, type PartKind, PartList, putPart, Texts, textsOf } from './parts.ts';

/** A block of 60 Mgas that reads nothing but cold slots meets 30,000 of them, at a depth of ten nodes or less. */
export const MOST_NODES: number = 2 ** 20;
/** Of nodes and codes together. */
export const MOST_BYTES: number = 2 ** 28;
/** A branch of 16 hashes has 532 bytes, the leaf of an account 150 at most. */
const MOST_NODE_BYTES = 1200;

/** The parts of a witness that go into memory, in a form that was checked. */
export interface WitnessParts {
  /** 32 bytes: the state root before the block. */
  root: Uint8Array;
  nodes: readonly ByteString[];
  codes: readonly ByteString[];
  /** Addresses, 20 bytes each. */
  assumedAbsent: readonly ByteString[];
}

function tooLarge(what: string, most: number, value: number): ParallelEvmError {
  const facts = { field: 'witness', value };
  return new ParallelEvmError('WITNESS_TOO_LARGE', `a witness has at most ${most} ${what}, this one ${value}`, facts);
}

/** @throws WITNESS_TOO_LARGE */
export function checkSize({ nodes, codes, assumedAbsent }: WitnessParts): void {
  if (nodes.length > MOST_NODES) throw tooLarge('nodes', MOST_NODES, nodes.length);
  if (codes.length > MOST_NODES) throw tooLarge('codes', MOST_NODES, codes.length);
  if (assumedAbsent.length > MOST_NODES) throw tooLarge('assumed accounts', MOST_NODES, assumedAbsent.length);
  let bytes = 0;
  for (const list of [nodes, codes]) for (const item of list) bytes += bytesOf(item);
  if (bytes > MOST_BYTES) throw tooLarge('bytes', MOST_BYTES, Math.ceil(bytes));
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

const codeUnits = (bytes: number): number => Math.ceil(bytes / PART_CODE_UNIT) * PART_CODE_UNIT;

/** Bytes of a code object, as assembly/code.ts has them, up to where the next one may lie. */
const codeBytes = (length: number): number =>
  codeUnits(CODE_START + aligned(length + CODE_PADDING) + Math.floor((Math.floor(length / 8) + 16) / 8) * 8);

/** Room for the record, for every node with its head, and for a code object of every code. */
function spanBytes({ nodes, codes }: WitnessParts): number {
  const ofNodes = nodes.reduce((sum, node) => sum + aligned(RAW_RLP + Math.ceil(bytesOf(node))), SOURCE_BYTES);
  return codes.reduce((sum, code) => sum + codeBytes(Math.ceil(bytesOf(code))), codeUnits(ofNodes));
}

const NODES: PartKind = {
  hasCodes: false,
  lengthAt: RAW_BYTES,
  bytesAt: RAW_RLP,
  most: MOST_NODE_BYTES,
  room: (length) => aligned(RAW_RLP + length),
  field: 'witness.state',
};

const CODES: PartKind = {
  hasCodes: true,
  lengthAt: CODE_LENGTH,
  bytesAt: CODE_START,
  most: MAX_CODE_BYTES,
  room: codeBytes,
  field: 'witness.codes',
};

class SourceSpan implements Source, SpanHolder {
  readonly address: number;
  readonly reach: number;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, parts: WitnessParts) {
    const { nodes } = parts;
    const { space } = workspace;
    this.#workspace = workspace;
    // At least one, so that a state with a source can be told from one without.
    this.reach = nodes.length + 1;
    this.address = space.alloc(spanBytes(parts), 'the witness');
    space.views.bytes.fill(0, this.address, this.address + SOURCE_BYTES);
    if (space.core.directoryCreate(this.address + SOURCE_NODES, nodes.length) !== 0) {
      space.holders.add(this);
      return;
    }
    space.free(this.address);
    const facts = { field: 'memory.maxBytes' };
    throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the witness', facts);
  }

  spans(views: Views): Span[] {
    const bump = views.u32(this.address + SOURCE_BUMP + BUMP_FIRST);
    return [tableSpan(views, this.address + SOURCE_NODES), ...bumpSpans(views, bump)];
  }

  release(): void {
    const { space } = this.#workspace;
    space.holders.delete(this);
    space.core.directoryRelease(this.address + SOURCE_NODES);
    space.core.bumpRelease(this.address + SOURCE_BUMP);
    space.free(this.address);
  }

  /** Copies root, nodes and codes to where they stay, and their texts to `texts`, in slices. Returns the parts to be loaded. */
  async fill({ root, nodes, codes }: WitnessParts, texts: Texts): Promise<Part[]> {
    const { views } = this.#workspace.space;
    const slices = new Slices();
    views.fresh().bytes[this.address + SOURCE_ROOT] = 0xa0;
    views.bytes.set(root, this.address + SOURCE_ROOT + 1);
    const ofNodes = new PartList(views, NODES, this.address + SOURCE_BYTES, texts);
    for (let i = 0; i < nodes.length; i++) {
      ofNodes.add(nodes[i] as ByteString, i);
      if (i % 256 === 0) await slices.pause();
    }
    const ofCodes = new PartList(views, CODES, codeUnits(ofNodes.end), texts);
    for (let i = 0; i < codes.length; i++) {
      ofCodes.add(codes[i] as ByteString, i);
      if (i % 16 === 0) await slices.pause();
    }
    return [...ofNodes.close(), ...ofCodes.close()];
  }
}

/** Fewer parts are not worth waking slots for. */
const LEAST_PARTS = 3;

/** One witness on its way into memory. */
interface Loading {
  workspace: Workspace;
  runner: BlockRunner;
  source: SourceSpan;
  state: OwnedState;
  witness: WitnessParts;
  signal: AbortSignal | undefined;
  meanwhile(): void;
}

/** This thread's share: what the slots have left, and what is none. */
async function loadRest(loading: Loading, table: number, parts: readonly Part[]): Promise<void> {
  const { workspace, state, witness, signal } = loading;
  const { core, views } = workspace.space;
  const slices = new Slices();
  const isDone = (at: number): boolean => views.fresh().u32(at + PART_DONE) !== 0;
  for (const [i, part] of parts.entries()) {
    if (signal?.aborted) throw new ParallelEvmError('ABORTED', 'the run was aborted', { field: 'signal' });
    const at = table + i * PART_BYTES;
    if (isDone(at)) continue;
    core.loadPart(state.address, table, i);
    await slices.pause();
    if (isDone(at)) continue;
    putPart(views, part, part.kind.hasCodes ? witness.codes : witness.nodes); // one of its texts is none
    views.setU32(at + PART_TEXT, 0);
    core.loadPart(state.address, table, i);
  }
}

/** The slots' share, and what this thread does beside them. */
async function loadTogether(loading: Loading, table: number, parts: readonly Part[]): Promise<void> {
  const { workspace, runner, state, signal, meanwhile } = loading;
  const isWorth = workspace.isShared && parts.length >= LEAST_PARTS;
  const job = isWorth ? runner.loadParts(state.address, table, parts.length, signal) : undefined;
  try {
    meanwhile();
  } finally {
    await job; // nothing is given back under the slots' hands
  }
}

/** Hashes what was copied and puts it where look-ups find it. */
async function loadAll(loading: Loading, parts: readonly Part[]): Promise<void> {
  const { space } = loading.workspace;
  const { views } = space;
  const table = space.alloc(Math.max(1, parts.length) * PART_BYTES, 'the parts of a witness');
  try {
    for (const [i, { from, to, text, kind }] of parts.entries()) {
      const at = table + i * PART_BYTES;
      views.setU32(at + PART_FROM, from);
      views.setU32(at + PART_TO, to);
      views.setU32(at + PART_HAS_CODES, Number(kind.hasCodes));
      views.setU32(at + PART_TEXT, text);
      views.setU32(at + PART_DONE, 0);
    }
    await loadTogether(loading, table, parts);
    await loadRest(loading, table, parts);
  } finally {
    space.free(table);
  }
}

/** Copies a witness and loads it. */
async function fillAndLoad(loading: Loading): Promise<void> {
  const { workspace, source, witness } = loading;
  const { space } = workspace;
  const room = textsOf(witness.nodes) + textsOf(witness.codes);
  // Without room for texts they are decoded by this thread.
  const texts = room === 0 ? 0 : space.allocIfRoom(room);
  try {
    await loadAll(loading, await source.fill(witness, new Texts(space.views, texts, texts === 0 ? 0 : room)));
  } finally {
    if (texts !== 0) space.free(texts);
  }
}

function assume({ space, temp }: Workspace, state: OwnedState, addresses: readonly ByteString[]): void {
  for (const [i, item] of addresses.entries()) {
    const field = `witness.assumedAbsent[${i}]`;
    space.views.fresh().setBigEndian(temp, parseBytes(item, field, 20), 24);
    if (space.core.stateReserve(state.address, 1, 0, 0) !== 0 && space.core.assumeAbsent(state.address, temp) !== 0)
      continue;
    throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the assumed accounts', { field });
  }
}

/**
 * In the queue: the state before the block, as far as the witness has it. What this thread has to do anyhow it does `meanwhile`,
 * beside the slots: no slot allocates.
 * @throws BAD_ARGUMENT naming the field, STATE_TOO_LARGE, ABORTED; SLOT_DIED where all slots have
 */
export async function loadWitness(
  workspace: Workspace,
  runner: BlockRunner,
  stamp: number,
  parts: WitnessParts,
  signal: AbortSignal | undefined,
  meanwhile: () => void,
): Promise<OwnedState> {
  const source = new SourceSpan(workspace, parts);
  let state: OwnedState;
  try {
    state = OwnedState.over(workspace, stamp, source);
  } catch (cause) {
    source.release();
    throw cause;
  }
  try {
    const { core } = workspace.space;
    if (core.stateReserve(state.address, 0, 0, parts.codes.length) === 0)
      throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the codes', { field: 'witness.codes' });
    await fillAndLoad({ workspace, runner, source, state, witness: parts, signal, meanwhile });
    assume(workspace, state, parts.assumedAbsent);
  } catch (cause) {
    state.release();
    throw cause;
  }
  return state;
}
