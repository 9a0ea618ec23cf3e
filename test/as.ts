import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const FLAGS = '--runtime stub --importMemory --sharedMemory --initialMemory 4 --maximumMemory 65536 --memoryBase 65536';
const OUTPUTS = '--outFile o.wasm --textFile o.wat';
const RELEASE = '-O3 --converge --noAssert --use abort=';

/** What asc writes, by the ending of its name. */
interface Built {
  wasm: Uint8Array;
  wat: string;
}

async function build(source: string, flags: string): Promise<Built> {
  const files = new Map<string, Uint8Array | string>();
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
    ['input.ts', ...FLAGS.split(' '), '--enable', 'threads,simd', ...OUTPUTS.split(' '), ...flags.split(' ')],
    {
      readFile,
      writeFile: (name: string, content: Uint8Array | string) => void files.set(name, content),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(stderr.toString());
  return { wasm: files.get('o.wasm') as Uint8Array, wat: files.get('o.wat') as string };
}

/**
 * Compiles AssemblyScript source text in process, so that tests reach internals that the release build does not export.
 * The text stands at the repository root: it imports kernels as `./assembly/u256`.
 */
export async function compileAs(source: string): Promise<WebAssembly.Module> {
  return new WebAssembly.Module((await build(source, RELEASE)).wasm as BufferSource);
}

/** The text of a module, compiled as the release build compiles it unless told otherwise. */
export async function textOf(source: string, flags: string = RELEASE): Promise<string> {
  return (await build(source, flags)).wat;
}

/** A fresh shared memory of `pages` × 64 KiB for one compiled test module. */
export function sharedMemory(pages = 64): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
}
