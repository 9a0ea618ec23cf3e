// The slot that this instance works for. WASM globals are per instance, so this one is thread-local: it is the only
// mutable global of the module, set once by `bind` and never written by a kernel.
import { CTX_SCRATCH } from './layout';

export let context: usize = 0;

/** Binds this instance to the slot context at `ptr`. */
export function bind(ptr: usize): void {
  context = ptr;
}

/** Scratch bytes of leaf kernels (keccak state, long division). A kernel may not call another that uses the same part. */
export class Scratch {
  @inline static at(offset: usize): usize {
    return context + CTX_SCRATCH + offset;
  }
}
