// The compiled kernels: decoding, compiling, instantiating over a memory. One compiled module serves all slots of a
// process, so that code which one slot has warmed up is warm in all.
import { instantiateSync } from '@assemblyscript/loader';
import { wasmBase64 } from './wasm.generated.ts';

/** What assembly/index.ts exports. Addresses are i32 here: use `>>> 0` before indexing with them. */
export interface Core {
  bind(ctx: number): void;
  heapAlloc(bytes: number): number;
  heapFree(span: number, bytes: number): void;
  keccak256(src: number, length: number, dst: number): void;
  bumpAlloc(bump: number, bytes: number): number;
  bumpReset(bump: number): void;
  bumpRelease(bump: number): void;
  stateCreate(state: number, stamp: number, accounts: number, slots: number, codes: number): number;
  stateRelease(state: number): void;
  stateReserve(state: number, accounts: number, slots: number, codes: number): number;
  stateReserveSpare(state: number, bytes: number): number;
  stateSetAccount(state: number, address: number, nonce: bigint, balance: number, code: number): number;
  stateSetSlot(state: number, account: number, number: number, value: number): number;
  stateSetCode(state: number, hash: number, src: number, length: number): number;
  stateSetMissingCode(state: number, hash: number): number;
  stateFindAccount(state: number, address: number): number;
  stateFindSlot(state: number, account: number, number: number): number;
  stateSettle(state: number, commit: number): void;
  layerBytes(state: number): number;
  stateKeep(state: number, layer: number): void;
  stateRestore(layer: number): void;
  directoryCreate(directory: number, entries: number): number;
  directoryRelease(directory: number): void;
  loadPart(state: number, parts: number, part: number): void;
  attemptLack(ctx: number): number;
  assumeAbsent(state: number, address: number): number;
  accountEntry(state: number, address: number, key: number): number;
  storageEntry(state: number, account: number, incarnation: number, number: number, key: number): number;
  arenaCreate(ctx: number, bytes: number): void;
  attachJob(ctx: number, block: number, state: number): void;
  startAttempt(ctx: number, tx: number, out: number, step: number, mode: number): void;
  endAttempt(ctx: number): number;
  readySteps(block: number): void;
  resetAhead(ctx: number): void;
  recoverSigners(ctx: number, tx: number): void;
  beginTransaction(ctx: number): number;
  finishTransaction(ctx: number): void;
  beginCall(ctx: number): number;
  finishCall(ctx: number): void;
  beginSystemCall(ctx: number, kind: number): number;
  finishSystemCall(ctx: number, kind: number): number;
  run(ctx: number): number;
  confirmTransaction(
    state: number,
    block: number,
    step: number,
    tx: number,
    out: number,
    inTurn: number,
    slotsKnown: number,
  ): number;
  findCause(state: number, block: number, step: number, tx: number, out: number, ahead: number): void;
  findDoom(ctx: number): void;
  isStale(state: number, block: number, out: number, step: number): number;
  checkPart(state: number, out: number, part: number): number;
  keepCall(state: number, block: number, out: number): number;
  keepFootprint(state: number, block: number, out: number): number;
  confirmSystemCall(state: number, block: number, out: number, request: number): number;
  overrideAccount(
    state: number,
    block: number,
    address: number,
    what: number,
    nonce: bigint,
    balance: number,
    code: number,
  ): number;
  overrideSlot(state: number, block: number, account: number, number: number, value: number): number;
  applyCredits(state: number, block: number): void;
  applyDrains(state: number, block: number): void;
  confirmRun(state: number, block: number, first: number): number;
  hashReceipts(block: number, chunk: number): void;
  finishReceipts(state: number, block: number): number;
  encodeDiff(state: number, block: number): number;
  changeStateTrie(state: number, block: number): number;
  putStateRoot(state: number, block: number): number;
  beginEarlyRoot(state: number, block: number): number;
  earlyRoot(state: number, early: number): void;
  cutRoot(state: number, block: number): number;
  rootPart(state: number, stage: number, part: number, slot: number): void;
  joinRoot(state: number, block: number): number;
  keepStateRoot(state: number, block: number, out: number): number;
  sortAccounts(table: number, account: number, count: number): number;
  joinAccounts(state: number, table: number): void;
  treeCreate(state: number): number;
  treeBuild(state: number, count: number): number;
  treeTop(state: number): number;
  treeHashPart(top: number, part: number, nibbles: number): void;
  treeRoot(state: number, dst: number): void;
  treeSettle(state: number, commit: number): number;
  treeKeep(state: number): number;
  treeEndKept(state: number, holds: number): void;
  orderedTrieRoot(items: number, count: number, dst: number, work: number): void;
  orderedTrieWorkBytes(items: number, count: number): number;
}

/** The import that runs library-backed precompiles: precompile, input, input length, where the output goes. */
export type HostPrecompile = (id: number, src: number, length: number, dst: number) => number;

/** The bytes of an embedded module. */
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const MEMORY_IMPORT = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2]; // "env" "memory", kind memory
const SHARED_WITH_MAXIMUM = 3;
const UNSHARED_WITH_MAXIMUM = 1;

/** The same module for a memory that is not shared: the import's limits byte is all that differs. */
export function unshared(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte)) + MEMORY_IMPORT.length;
  if (bytes[at] !== SHARED_WITH_MAXIMUM) throw new Error('no shared memory import in the module');
  bytes[at] = UNSHARED_WITH_MAXIMUM;
  return bytes;
}

/** Compiles the kernels. */
export function compileCore(shared: boolean): Promise<WebAssembly.Module> {
  const bytes = moduleBytes(wasmBase64);
  return WebAssembly.compile(shared ? bytes : unshared(bytes));
}

/**
 * One instance over `memory`. It works for one context at a time (`bind`). Kernels that are built to say so call `point`
 * before each access to words that several slots write (assembly/points.ts); the library's own do not.
 */
export function instantiateCore(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  precompile: HostPrecompile,
  point: () => void = () => {},
): Core {
  return instantiateSync(module, { env: { memory }, host: { precompile, point } }).instance.exports as unknown as Core;
}
