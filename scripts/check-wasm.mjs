// What must hold of the built modules, whatever the source looks like: kernels allocate nothing and keep no state of
// their own (instances share one memory and each would hand out the same addresses), nothing throws through `abort`,
// and the static data end before the memory that layout.ts deals out. Instantiating a module writes its static data, so
// those of the tracing kernels must be the library's, byte for byte.
import { readFileSync } from 'node:fs';

const MAX_BYTES = 200_000;
const CONTEXT = '$assembly/context/context';

/** Address and text of each data segment. */
const staticData = (wat) => [...wat.matchAll(/\(data \S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"/g)];

/** First address after the data segments; in the text an escaped byte is `\\` and two digits, or `\\` and one character. */
function staticDataEnd(wat) {
  const ends = staticData(wat).map(([, at, text]) => Number(at) + text.replace(/\\([0-9a-f]{2}|.)/g, '.').length);
  return Math.max(0, ...ends);
}

const names = (matches) => matches.map(([, name]) => name).join(', ');

/**
 * What is wrong with a module, in sentences.
 * @param {{ wat: string, wasmBytes: number, control: number, name?: string }} module its text, its size, the first byte that layout.ts deals out
 * @returns {string[]}
 */
export function moduleFaults({ wat, wasmBytes, control, name = 'build/release.wasm' }) {
  const allocator = [...wat.matchAll(/\((?:func|global) (\$(?:~lib\/rt\/\S+|\S*__(?:new|alloc|renew)\b\S*))/g)];
  const state = [...wat.matchAll(/\(global (\S+) \(mut/g)].filter(([, name]) => name !== CONTEXT);
  const end = staticDataEnd(wat);
  return [
    wasmBytes > MAX_BYTES && `${name} has ${wasmBytes} bytes, the limit is ${MAX_BYTES}`,
    allocator.length > 0 && `kernels may not allocate, but the module has ${names(allocator)}`,
    state.length > 0 && `only the context may be a mutable global, but there is ${names(state)}`,
    /\(import "\w+" "abort"/.test(wat) && 'the module imports abort: the release target must say "use": ["abort="]',
    !(end <= control) && `static data end at ${end}, beyond CONTROL (${control}) of layout.ts`,
  ].filter((fault) => fault !== false);
}

/**
 * What is wrong with modules that are instantiated over the same memory.
 * @param {string} wat
 * @param {string} other
 * @returns {string[]}
 */
export function pairFaults(wat, other) {
  const [one, two] = [wat, other].map((text) => JSON.stringify(staticData(text).map(([, at, data]) => [at, data])));
  return one === two ? [] : ['the static data of the tracing kernels differ from those of build/release.wasm'];
}

function builtModule(name) {
  const wat = readFileSync(`build/${name}.wat`, 'utf8');
  const wasmBytes = readFileSync(`build/${name}.wasm`).length;
  const control = Number(/CONTROL: i32 = (\d+);/.exec(readFileSync('assembly/layout.ts', 'utf8'))?.[1]);
  return { wat, wasmBytes, control, name: `build/${name}.wasm` };
}

/** The faults of build/release.wasm and build/tracing.wasm. */
export function buildFaults() {
  const [release, tracing] = ['release', 'tracing'].map(builtModule);
  return [...moduleFaults(release), ...moduleFaults(tracing), ...pairFaults(release.wat, tracing.wat)];
}
