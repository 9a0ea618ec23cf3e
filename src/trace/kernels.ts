// The tracing kernels' module. It is loaded when the first trace is asked for; who traces nothing never sees it.
import { moduleBytes, unshared } from '../core.ts';

/** The module of an engine, decoded once. */
export class TracingKernels {
  readonly #isShared: boolean;
  #bytes: Promise<Uint8Array> | undefined;

  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  async #load(): Promise<Uint8Array> {
    const { wasmBase64 } = await import('./tracing-kernels.generated.ts');
    const bytes = moduleBytes(wasmBase64);
    return this.#isShared ? bytes : unshared(bytes);
  }

  bytes(): Promise<Uint8Array> {
    this.#bytes ??= this.#load();
    return this.#bytes;
  }
}
