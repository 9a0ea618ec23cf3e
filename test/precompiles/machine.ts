// The kernels of assembly/precompiles.ts bound to the host functions, as a worker binds them, behind one call on bytes.
import { BLOCK_BYTES, CTX_SCRATCH, SCRATCH_BYTES, SPEC_BYTES } from '../../assembly/layout.ts';
import { createHostPrecompile } from '../../src/precompiles/host.ts';
import { precompileSpec } from '../../src/precompiles/spec.ts';
import type { Precompiles } from '../../src/precompiles/types.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SOURCE = `
export { bind } from './assembly/context';
export { precompileGas, precompileOutputBound, runPrecompile } from './assembly/precompiles';
`;

interface Kernels {
  bind(context: number): void;
  precompileGas(id: number, src: number, len: number, fork: number): bigint;
  precompileOutputBound(id: number, src: number, len: number): number;
  runPrecompile(id: number, src: number, len: number, dst: number, fork: number): number;
}

export interface Outcome {
  gas: bigint;
  /** As `runPrecompile` returns it. */
  code: number;
  /** Absent when the call failed. */
  output?: Uint8Array;
}

export interface Machine {
  run(id: number, input: Uint8Array, hardfork: string): Outcome;
  gas(id: number, input: Uint8Array, hardfork: string): bigint;
  /** Runs the kernel `times` times on the same input. */
  repeat(id: number, input: Uint8Array, times: number): number;
}

const CONTEXT = 131072;
const FORK: number = CONTEXT + CTX_SCRATCH + SCRATCH_BYTES + BLOCK_BYTES;
const INPUT: number = FORK + SPEC_BYTES;
const OUTPUT = 2 * 1024 * 1024;
const CANARY = 0xc5;

export async function createMachine(libs: Precompiles): Promise<Machine> {
  const memory = sharedMemory();
  const module = await compileAs(SOURCE);
  const host = { precompile: createHostPrecompile(memory, libs) };
  const kernels = (await WebAssembly.instantiate(module, { env: { memory }, host })).exports as unknown as Kernels;
  kernels.bind(CONTEXT);
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const prepare = (input: Uint8Array, hardfork: string): void => {
    for (const [at, value] of Object.entries(precompileSpec(hardfork).fields)) words[(FORK + Number(at)) / 4] = value;
    bytes.fill(CANARY, INPUT, INPUT + input.length + 256);
    bytes.set(input, INPUT);
  };
  const gas = (id: number, input: Uint8Array, hardfork: string): bigint => {
    prepare(input, hardfork);
    return BigInt.asUintN(64, kernels.precompileGas(id, INPUT, input.length, FORK));
  };
  return {
    gas,
    run(id, input, hardfork) {
      const cost = gas(id, input, hardfork);
      const bound = kernels.precompileOutputBound(id, INPUT, input.length);
      bytes.fill(CANARY, OUTPUT, OUTPUT + bound + 64);
      const code = kernels.runPrecompile(id, INPUT, input.length, OUTPUT, FORK);
      const isClean = bytes.subarray(OUTPUT + bound, OUTPUT + bound + 64).every((byte) => byte === CANARY);
      if (code > bound || !isClean) throw new Error(`precompile ${id} wrote past its bound ${bound}`);
      if (code < 0) return { gas: cost, code };
      return { gas: cost, code, output: bytes.slice(OUTPUT, OUTPUT + code) };
    },
    repeat(id, input, times) {
      prepare(input, 'osaka');
      let code = 0;
      for (let i = 0; i < times; i++) code = kernels.runPrecompile(id, INPUT, input.length, OUTPUT, FORK);
      return code;
    },
  };
}
