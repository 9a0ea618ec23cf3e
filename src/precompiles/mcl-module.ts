// mcl's WebAssembly module, compiled once per thread that starts engines and then posted to their slots: a slot that
// loaded the package itself would spend 50 ms on parsing, decoding and compiling the same bytes.
import createInstance from 'mcl-wasm/dist/mcl_c.js';

/**
 * The bytes that the package holds. It has no door to them but `WebAssembly.instantiate`, which it calls before it
 * returns: that function is ours for the time of this call, in which nothing else can run.
 */
function mclBytes(): BufferSource {
  let bytes: BufferSource | undefined;
  const { instantiate } = WebAssembly;
  const take = (source: WebAssembly.Module | BufferSource): Promise<never> => {
    bytes = source as BufferSource;
    return new Promise(() => {}); // there will be no instance
  };
  WebAssembly.instantiate = take;
  try {
    createInstance({});
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  if (bytes === undefined) throw new Error('mcl-wasm did not instantiate its module');
  return bytes;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** mcl, compiled once. */
export function compileMcl(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(mclBytes());
  return compiled;
}
