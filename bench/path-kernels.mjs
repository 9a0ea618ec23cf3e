/**
 * Kernel by kernel, both paths over one memory and the same records: state look-ups (with the hash of their key),
 * detection of conflicts over a read set of storage slots whose records are others with equal values, keccak of 32 bytes.
 * Both must give the same answers, found and not found, equal and different, before they are timed.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import * as layout from '../dist/assembly/layout.js';
import { createSpace } from '../dist/src/memory/shared.js';
import { partHolds } from '../dist/src/typescript/compare.js';
import { Memory } from '../dist/src/typescript/memory.js';
import { accountKey, findAccount, findSlot, slotKey } from '../dist/src/typescript/state.js';
import { summarize } from './measure.mjs';

const ACCOUNTS = 2048;
const SLOTS = 4096;
const ROUNDS = { wasm: 8, typescript: 1 };
const ABSENT = 0xdead;

/** @typedef {{ name: string, operations: number, wasm: () => number, typescript: () => number }} Kernel each gives a checksum of what it found */

/** @param {number} index */
const spread = (index) => BigInt(index + 1) * 0x9e3779b97f4a7c15f39cc0605cedc834n;

/** A state of contracts, its slots those of the first, and local records of an attempt that has read them all. */
async function layOut() {
  const { core, views, alloc, memory: source } = await createSpace(2 ** 28, true);
  const state = alloc(layout.STATE_BYTES, 'a state');
  core.stateCreate(state, 1, ACCOUNTS, SLOTS, 16);
  const keys = alloc(32 * (ACCOUNTS + SLOTS + 2), 'keys');
  const zero = alloc(64, 'a balance');
  const at = (/** @type {number} */ i) => keys + 32 * i;
  const put = (/** @type {number} */ i, /** @type {bigint} */ value) => views.fresh().setU256(at(i), value);
  for (let i = 0; i < ACCOUNTS; i++) {
    put(i, BigInt.asUintN(160, spread(i)));
    core.stateSetAccount(state, at(i), 1n, zero, 0);
  }
  put(ACCOUNTS + SLOTS, BigInt(ABSENT)); // there is no such account or slot
  const owner = core.stateFindAccount(state, at(0)) >>> 0;
  for (let i = 0; i < SLOTS; i++) {
    put(ACCOUNTS + i, spread(i));
    core.stateSetSlot(state, owner, at(ACCOUNTS + i), at(ACCOUNTS + i));
  }
  views.fresh();
  return { core, views, alloc, memory: new Memory(source), state, owner, at };
}

/** The outcome of an attempt that has read all slots from records of their own. @param {Awaited<ReturnType<typeof layOut>>} world */
function readSet({ core, views, alloc, state, owner, at }) {
  const locals = alloc(layout.LSLOT_BYTES * SLOTS, 'local slots');
  const account = alloc(layout.LACC_BYTES, 'a local account');
  const out = alloc(layout.OUT_BYTES, 'an outcome');
  views.fresh();
  views.bytes.fill(0, out, out + layout.OUT_BYTES);
  views.setU32(account + layout.LACC_ENTRY, owner);
  let first = 0;
  for (let i = 0; i < SLOTS; i++) {
    const local = locals + layout.LSLOT_BYTES * i;
    views.bytes.fill(0, local, local + layout.LSLOT_BYTES);
    views.setU32(local + layout.LSLOT_ACCOUNT, account);
    views.setU32(local + layout.LSLOT_LOADED, 1);
    views.setU32(local + layout.LSLOT_ENTRY, core.stateFindSlot(state, owner, at(ACCOUNTS + i)));
    views.setU32(local + layout.LSLOT_SOURCE, local + layout.LSLOT_ORIGINAL);
    views.setU256(local + layout.LSLOT_ORIGINAL, spread(i));
    views.setU32(local + layout.LSLOT_NEXT, first);
    first = local;
  }
  views.setU32(out + layout.OUT_SLOTS, first);
  views.setU32(out + layout.OUT_SLOT_COUNT, SLOTS);
  return { out, last: locals };
}

/** @param {Awaited<ReturnType<typeof layOut>>} world @returns {Kernel[]} */
function kernelsOf(world) {
  const { core, memory, state, owner, at, alloc, views } = world;
  const { out, last } = readSet(world);
  const key = alloc(64, 'a key');
  const sum = (/** @type {number} */ count, /** @type {(i: number) => number} */ find) => {
    let total = find(ACCOUNTS + SLOTS); // the absent one
    for (let i = 0; i < count; i++) total += find(i);
    return total;
  };
  const account = (/** @type {number} */ i) => {
    accountKey(memory, key, at(i));
    return findAccount(memory, state, key);
  };
  const slot = (/** @type {number} */ i) => {
    slotKey(memory, key, at(i));
    return findSlot(memory, state, owner, 0, key);
  };
  const slots = (/** @type {(i: number) => number} */ find) => () =>
    sum(SLOTS, (i) => find(i === ACCOUNTS + SLOTS ? i : ACCOUNTS + i));
  const bothWays = (/** @type {() => boolean} */ holds) => () => {
    const value = views.u256(last + layout.LSLOT_ORIGINAL);
    const isSame = holds();
    views.setU256(last + layout.LSLOT_ORIGINAL, value ^ 1n);
    const isOther = holds();
    views.setU256(last + layout.LSLOT_ORIGINAL, value);
    return Number(isSame) * 2 + Number(isOther);
  };
  return [
    {
      name: 'state look-up, account',
      operations: ACCOUNTS + 1,
      wasm: () => sum(ACCOUNTS, (i) => core.stateFindAccount(state, at(i)) >>> 0),
      typescript: () => sum(ACCOUNTS, account),
    },
    {
      name: 'state look-up, storage slot',
      operations: SLOTS + 1,
      wasm: slots((i) => core.stateFindSlot(state, owner, at(i)) >>> 0),
      typescript: slots(slot),
    },
    {
      name: 'conflict detection, per slot of a read set',
      operations: 2 * SLOTS,
      wasm: bothWays(() => core.checkPart(state, out, 0) !== 0),
      typescript: bothWays(() => partHolds(memory, state, out, 0)),
    },
    {
      name: 'keccak of 32 bytes',
      operations: SLOTS,
      wasm: () => {
        let total = 0;
        for (let i = 0; i < SLOTS; i++) {
          core.keccak256(at(i), 32, key);
          total += memory.u8(key);
        }
        return total;
      },
      typescript: () => {
        let total = 0;
        for (let i = 0; i < SLOTS; i++) total += /** @type {number} */ (keccak_256(memory.view(at(i), 32))[0]);
        return total;
      },
    },
  ];
}

/** Nanoseconds per operation. @param {() => number} work @param {number} rounds @param {number} operations */
function timed(work, rounds, operations) {
  const started = performance.now();
  for (let round = 0; round < rounds; round++) work();
  return ((performance.now() - started) * 1e6) / rounds / operations;
}

/** @param {number} runs */
export async function compareKernels(runs) {
  const kernels = kernelsOf(await layOut());
  return kernels.map(({ name, operations, wasm, typescript }) => {
    const [expected, got] = [wasm(), typescript()];
    if (expected !== got || expected === 0) throw new Error(`${name}: ${got} in TypeScript, ${expected} in WASM`);
    /** @type {{ wasm: number[], typescript: number[] }} */
    const samples = { wasm: [], typescript: [] };
    for (let run = -2; run < runs; run++) {
      const each = [
        ['wasm', timed(wasm, ROUNDS.wasm, operations)],
        ['typescript', timed(typescript, ROUNDS.typescript, operations)],
      ];
      if (run >= 0)
        for (const [path, ns] of each) samples[/** @type {'wasm'} */ (path)].push(/** @type {number} */ (ns));
    }
    const nanoseconds = { wasm: summarize(samples.wasm), typescript: summarize(samples.typescript) };
    return { name, nanoseconds, faster: nanoseconds.typescript.median / nanoseconds.wasm.median };
  });
}
