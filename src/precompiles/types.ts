// The contract between the host import and the functions behind it.

/**
 * Runs on a private copy of the input and writes to `out` from `at` on (`out` is all of the shared memory).
 * @returns number of bytes written, or FAILURE
 */
export type HostFunction = (input: Uint8Array, out: Uint8Array, at: number) => number;

/** Host functions by precompile address; what is absent is not loaded. */
export type Precompiles = ReadonlyMap<number, HostFunction>;

/** The call consumes all its gas. */
export const FAILURE = -1;
/** The library that the call needs is not loaded. */
export const NOT_LOADED = -2;

/** The input with zeros behind it up to `length`, as EVM call data read past their end. */
export function padded(input: Uint8Array, length: number): Uint8Array {
  if (input.length >= length) return input;
  const whole = new Uint8Array(length);
  whole.set(input);
  return whole;
}
