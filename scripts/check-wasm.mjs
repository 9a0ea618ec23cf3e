// What must hold of the built module, whatever the source looks like: kernels allocate nothing and keep no state of
// their own (instances share one memory and each would hand out the same addresses), nothing throws through `abort`,
// and the static data end before the memory that layout.ts deals out. Exits with 1 and says what is wrong.
import { readFileSync } from 'node:fs';

const MAX_BYTES = 200_000;

const wasmBytes = readFileSync('build/release.wasm').length;
const wat = readFileSync('build/release.wat', 'utf8');
const control = Number(/CONTROL: i32 = (\d+);/.exec(readFileSync('assembly/layout.ts', 'utf8'))?.[1]);

/** First address after the data segments; in the text an escaped byte is `\` and two digits, or `\` and one character. */
function staticDataEnd() {
  const segments = wat.matchAll(/\(data \S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"/g);
  const ends = [...segments].map(([, at, text]) => Number(at) + text.replace(/\\([0-9a-f]{2}|.)/g, '.').length);
  return Math.max(0, ...ends);
}

const allocator = [...wat.matchAll(/\((?:func|global) (\$(?:~lib\/rt\/\S+|\S*__(?:new|alloc|renew)\b\S*))/g)];
const state = [...wat.matchAll(/\(global (\S+) \(mut/g)].filter(([, name]) => name !== '$assembly/context/context');

const faults = [
  wasmBytes > MAX_BYTES && `build/release.wasm has ${wasmBytes} bytes, the limit is ${MAX_BYTES}`,
  allocator.length > 0 &&
    `kernels may not allocate, but the module has ${allocator.map(([, name]) => name).join(', ')}`,
  state.length > 0 &&
    `only the context may be a mutable global, but there is ${state.map(([, name]) => name).join(', ')}`,
  /\(import "\w+" "abort"/.test(wat) && 'the module imports abort: the release target must say "use": ["abort="]',
  !(staticDataEnd() <= control) && `static data end at ${staticDataEnd()}, beyond CONTROL (${control}) of layout.ts`,
].filter(Boolean);

for (const fault of faults) console.error(`check-wasm: ${fault}`);
if (faults.length > 0) process.exit(1);
