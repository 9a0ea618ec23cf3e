// The one memory of an engine, and the caller's own instance over it: allocation, loading and laying out happen there.
import {
  CONTROL,
  CREW_CLOSED,
  CTL_CREW,
  CTL_HEAP_LIMIT,
  CTL_HEAP_TOP,
  CTL_SEED,
  CTL_SPINS,
  CTX_BYTES,
  HEAP,
} from '../../assembly/layout.ts';
import { type Core, compileCore, instantiateCore } from '../core.ts';
import { ParallelEvmError } from '../errors.ts';
import { createHostPrecompile } from '../precompiles/host.ts';
import { NOT_LOADED, type Precompiles } from '../precompiles/types.ts';
import type { SpanHolder } from './sweep.ts';
import { Views } from './views.ts';

const PAGE_BYTES = 65536;
/** Waking a sleeping slot costs 35-40 µs: it spins about as long before it sleeps. */
export const IDLE_SPINS = 3000;
const INITIAL_PAGES = 64;
/** Sizes of address space to ask for, in turn: phones refuse 4 GiB. */
const LADDER = [2 ** 32, 2 ** 31, 2 ** 30, 2 ** 29, 2 ** 28];

/** The kernels count the bytes of a span in 32 bits: what does not fit must not reach them. */
const MOST_SPAN_BYTES = 2 ** 31;

/** Growing a memory that is not shared detaches all views of it, in the middle of a run: it has its full size at once. */
const UNSHARED_BYTES = 2 ** 29;

/** Everything on the caller's thread that touches the shared memory. */
export interface SharedSpace {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  core: Core;
  views: Views;
  /** The caller's context: scratch for the kernels that it calls. */
  context: number;
  /** A span, or STATE_TOO_LARGE. */
  alloc(bytes: number, what: string): number;
  /** The same, 0 where there is no room. */
  allocIfRoom(bytes: number): number;
  /** Gives back a span of either. */
  free(span: number): void;
  /** The bytes of each span that was handed out. */
  readonly owned: Map<number, number>;
  /** Who holds other spans. */
  readonly holders: Set<SpanHolder>;
  /** Other kernels over the same memory. */
  instantiate(module: WebAssembly.Module): Core;
}

function createMemory(maxBytes: number, shared: boolean): WebAssembly.Memory {
  const most = shared ? maxBytes : Math.min(maxBytes, UNSHARED_BYTES);
  let refused: unknown;
  for (const bytes of [most, ...LADDER.filter((size) => size < most)]) {
    const maximum = Math.ceil(bytes / PAGE_BYTES);
    try {
      return new WebAssembly.Memory({ initial: shared ? INITIAL_PAGES : maximum, maximum, shared });
    } catch (cause) {
      refused = cause;
    }
  }
  const facts = { field: 'memory.maxBytes', value: maxBytes, cause: refused };
  throw new ParallelEvmError('STATE_TOO_LARGE', 'the platform refuses even the smallest shared memory', facts);
}

function seed(): bigint {
  const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Given `libs`, this instance also executes, because there is no slot that could. */
export async function createSpace(maxBytes: number, shared: boolean, libs?: Precompiles): Promise<SharedSpace> {
  const memory = createMemory(maxBytes, shared);
  const module = await compileCore(shared);
  const precompile = libs ? createHostPrecompile(memory, libs) : () => NOT_LOADED;
  const core = instantiateCore(module, memory, precompile);
  const views = new Views(memory);
  views.setU32(CTL_CREW, CREW_CLOSED); // no job is open yet
  views.setU32(CTL_HEAP_TOP, HEAP);
  const limit = shared ? maxBytes : memory.buffer.byteLength;
  views.setU32(CTL_HEAP_LIMIT, Math.min(limit, 2 ** 32 - PAGE_BYTES));
  views.setU64(CTL_SEED, seed());
  views.setU32(CTL_SPINS, IDLE_SPINS);
  const owned = new Map<number, number>();
  const allocIfRoom = (bytes: number): number => {
    const span = bytes > MOST_SPAN_BYTES ? 0 : core.heapAlloc(bytes) >>> 0;
    views.fresh();
    if (span !== 0) owned.set(span, bytes);
    return span;
  };
  const alloc = (bytes: number, what: string): number => {
    const span = allocIfRoom(bytes);
    if (span !== 0) return span;
    const facts = { field: 'memory.maxBytes', value: maxBytes };
    throw new ParallelEvmError('STATE_TOO_LARGE', `no memory left for ${what} (${bytes} bytes)`, facts);
  };
  const free = (span: number): void => {
    core.heapFree(span, owned.get(span) as number);
    owned.delete(span);
  };
  const context = alloc(CTX_BYTES, 'the caller context');
  core.bind(context);
  const instantiate = (kernels: WebAssembly.Module): Core => instantiateCore(kernels, memory, precompile);
  return { memory, module, core, views, context, alloc, allocIfRoom, free, instantiate, owned, holders: new Set() };
}

/** Lowest memory that an engine can work with. */
export const LEAST_BYTES: number = CONTROL + 2 ** 26;
