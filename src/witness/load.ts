// A witness in shared memory: its nodes behind one another in one span, each found by its hash, and the state that looks
// accounts and slots up in them. Sizes are checked before anything is decoded.

import { putHex } from '#hex';
import {
  BUMP_FIRST,
  RAW_BYTES,
  RAW_RLP,
  SOURCE_BUMP,
  SOURCE_BYTES,
  SOURCE_NODES,
  SOURCE_ROOT,
} from '../../assembly/layout.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { type ByteString, parseBytes } from '../hex.ts';
import type { Span } from '../memory/heap.ts';
import { bumpSpans, type SpanHolder, tableSpan } from '../memory/sweep.ts';
import type { Views } from '../memory/views.ts';
import { MAX_CODE_BYTES } from '../state/load.ts';
import { OwnedState, type Source } from '../state/owned.ts';
import { Slices } from '../state/slices.ts';
import type { Workspace } from '../workspace.ts';

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

/** Bytes of a byte string that is one. */
const bytesOf = (item: unknown): number => {
  if (typeof item === 'string') return Math.max(0, item.length / 2 - 1);
  return item instanceof Uint8Array ? item.length : 0;
};

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

/** Room for the record and for every node with its head. */
const spanBytes = (nodes: readonly ByteString[]): number =>
  nodes.reduce((sum, node) => sum + aligned(RAW_RLP + Math.ceil(bytesOf(node))), SOURCE_BYTES);

/** Writes the bytes that `item` denotes, `most` at most, at `at`, where they have room; returns how many they are. */
function putBytes({ bytes: target }: Views, at: number, item: ByteString, field: string, most: number): number {
  const length = bytesOf(item);
  if (length > most) throw badArgument(field, `at most ${most} bytes`, `${length} bytes`);
  if (typeof item === 'string' && putHex(target, at, item)) return length;
  const bytes = parseBytes(item, field);
  target.set(bytes, at);
  return bytes.length;
}

class SourceSpan implements Source, SpanHolder {
  readonly address: number;
  readonly reach: number;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, nodes: readonly ByteString[]) {
    const { space } = workspace;
    this.#workspace = workspace;
    // At least one, so that a state with a source can be told from one without.
    this.reach = nodes.length + 1;
    this.address = space.alloc(spanBytes(nodes), 'the witness');
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

  /** Copies the nodes and hashes them, in slices. */
  async fill({ root, nodes }: WitnessParts): Promise<void> {
    const { core, views } = this.#workspace.space;
    const slices = new Slices();
    views.fresh().bytes[this.address + SOURCE_ROOT] = 0xa0;
    views.bytes.set(root, this.address + SOURCE_ROOT + 1);
    let at = this.address + SOURCE_BYTES;
    let indexed = at;
    for (const [i, item] of nodes.entries()) {
      const bytes = putBytes(views, at + RAW_RLP, item, `witness.state[${i}]`, MOST_NODE_BYTES);
      views.setU32(at + RAW_BYTES, bytes);
      at += aligned(RAW_RLP + bytes);
      if (i % 256 !== 0 && i + 1 !== nodes.length) continue;
      core.indexNodes(this.address + SOURCE_NODES, indexed, at);
      indexed = at;
      await slices.pause();
    }
  }
}

/** Codes are found by their hashes, which are made here. */
async function loadCodes(workspace: Workspace, state: OwnedState, codes: readonly ByteString[]): Promise<void> {
  const { space } = workspace;
  const slices = new Slices();
  for (const [i, item] of codes.entries()) {
    const field = `witness.codes[${i}]`;
    const room = Math.max(1, Math.ceil(bytesOf(item)));
    const src = space.alloc(room, 'a code');
    try {
      const bytes = putBytes(space.views, src, item, field, MAX_CODE_BYTES);
      const isKept = bytes === 0 || space.core.stateSetCode(state.address, 0, src, bytes) !== 0;
      if (!isKept) throw new ParallelEvmError('STATE_TOO_LARGE', 'no memory left for the codes', { field });
    } finally {
      space.free(src);
    }
    await slices.pause();
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
 * In the queue: the state before the block, as far as the witness has it.
 * @throws BAD_ARGUMENT naming the field, STATE_TOO_LARGE
 */
export async function loadWitness(workspace: Workspace, stamp: number, parts: WitnessParts): Promise<OwnedState> {
  const source = new SourceSpan(workspace, parts.nodes);
  let state: OwnedState;
  try {
    state = OwnedState.over(workspace, stamp, source);
  } catch (cause) {
    source.release();
    throw cause;
  }
  try {
    await source.fill(parts);
    await loadCodes(workspace, state, parts.codes);
    assume(workspace, state, parts.assumedAbsent);
  } catch (cause) {
    state.release();
    throw cause;
  }
  return state;
}
