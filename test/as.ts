import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const FLAGS = '--runtime stub --importMemory --sharedMemory --initialMemory 4 --maximumMemory 65536 --memoryBase 65536';
const RELEASE = '-O3 --converge --noAssert --use abort=';

/**
 * Compiles AssemblyScript source text in process, so that tests reach internals that the release build does not export.
 * The text stands at the repository root: it imports kernels as `./assembly/u256`.
 */
export async function compileAs(source: string): Promise<WebAssembly.Module> {
  let wasm: Uint8Array | undefined;
  const readFile = (name: string, baseDir: string): string | null => {
    if (name === 'input.ts') return source;
    if (name.endsWith('asconfig.json')) return null;
    try {
      return readFileSync(`${baseDir}/${name}`, 'utf8');
    } catch {
      return null; // asc probes several paths for each import
    }
  };
  const { error, stderr } = await asc.main(
    ['input.ts', ...FLAGS.split(' '), '--enable', 'threads,simd', '--outFile', 'o.wasm', ...RELEASE.split(' ')],
    {
      readFile,
      writeFile: (name: string, content: Uint8Array | string) => {
        if (name.endsWith('.wasm')) wasm = content as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(stderr.toString());
  return new WebAssembly.Module(wasm as BufferSource);
}

/** A fresh shared memory of `pages` × 64 KiB for one compiled test module. */
export function sharedMemory(pages = 64): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
}
