/**
 * `npm run bench:kernels -- [--runs 41] [--name kernels]`
 *
 * What comparing a read set's values costs on limbs and on vectors (bench/kernels/compare.ts), for values of 32 and
 * 64 bytes, in the caches and out of them. Every kernel must count the pairs that agree before it is timed. Contenders take
 * turns; times are those of the processor, in nanoseconds per pair. Results: `bench/results/<name>.json`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import asc from 'assemblyscript/asc';
import { circumstances } from './machine.mjs';
import { summarize } from './measure.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '41' }, name: { type: 'string', default: 'kernels' } },
});
const runs = Number(values.runs);

/** Where pairs begin in the memory, and how many pairs there are: a read set in the caches, a large one, one beyond them. */
const BASE = 2 ** 17;
const SIZES = [1024, 4096, 262_144];
/** Every so many pairs one differs, in its last byte. */
const DIFFERS = 64;
/** Pairs compared in one measurement. */
const WORK = 2 ** 21;

async function build() {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    [
      'compare.ts',
      '--baseDir',
      join(FOLDER, 'kernels'),
      '--outFile',
      'compare.wasm',
      '-O3',
      '--converge',
      '--noAssert',
    ].concat(['--runtime', 'stub', '--importMemory', '--memoryBase', '65536', '--enable', 'simd', '--use', 'abort=']),
    {
      readFile: (name, folder) => {
        try {
          return readFileSync(join(folder, name), 'utf8');
        } catch {
          return null; // the compiler asks for several names
        }
      },
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) throw error ?? new Error(stderr.toString());
  return new WebAssembly.Module(/** @type {any} */ (binary));
}

/**
 * Lays `count` pairs out, shuffled as local records lie among others. Returns the first.
 * @param {DataView} view @param {number} count @param {number} bytes
 */
function layOut(view, count, bytes) {
  const recordBytes = 16 + 2 * bytes;
  let first = 0;
  for (let i = 0; i < count; i++) {
    const at = BASE + ((i * 7919) % count) * recordBytes;
    for (let byte = 0; byte < bytes; byte += 4) {
      const value = Math.imul(i + 1, 0x9e3779b1 + byte);
      view.setInt32(at + 16 + byte, value, true);
      view.setInt32(at + 16 + bytes + byte, value, true);
    }
    if (i % DIFFERS === 0) view.setUint8(at + 16 + 2 * bytes - 1, view.getUint8(at + 16 + 2 * bytes - 1) ^ 1);
    view.setUint32(at, first, true);
    view.setUint32(at + 4, at + 16, true);
    view.setUint32(at + 8, at + 16 + bytes, true);
    first = at;
  }
  return first;
}

/** @param {() => void} work @returns {number} milliseconds of the processor */
function processorTime(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const memory = new WebAssembly.Memory({ initial: 1024 });
const module = await build();
const kernels = /** @type {Record<string, (first: number) => number>} */ (
  /** @type {unknown} */ (new WebAssembly.Instance(module, { env: { memory } }).exports)
);

/** @param {number} bytes @param {number} count */
function compare(bytes, count) {
  const first = layOut(new DataView(memory.buffer), count, bytes);
  const expected = count - Math.ceil(count / DIFFERS);
  const forms = { scalar: kernels[`agree${bytes}Scalar`], simd: kernels[`agree${bytes}Simd`] };
  /** @type {Record<string, number[]>} */
  const samples = { scalar: [], simd: [] };
  for (let run = 0; run < runs; run++)
    for (const [name, kernel] of Object.entries(forms)) {
      if (kernel === undefined || kernel(first) !== expected) throw new Error(`${name} of ${bytes} bytes miscounts`);
      const ms = processorTime(() => {
        for (let done = 0; done < WORK; done += count) kernel(first);
      });
      samples[name]?.push((ms * 1e6) / (Math.ceil(WORK / count) * count));
    }
  const [scalar, simd] = [summarize(samples.scalar ?? []), summarize(samples.simd ?? [])];
  console.log(
    `${bytes} bytes × ${count}: scalar ${scalar.min.toFixed(2)} ns (median ${scalar.median.toFixed(2)}), simd ${simd.min.toFixed(2)} ns (median ${simd.median.toFixed(2)})`,
  );
  return { bytes, pairs: count, nanosecondsPerPair: { scalar, simd } };
}

const around = circumstances();
const rows = [32, 64].flatMap((bytes) => SIZES.map((count) => compare(bytes, count)));
const folder = join(FOLDER, 'results');
mkdirSync(folder, { recursive: true });
const output = join(folder, `${values.name}.json`);
writeFileSync(output, `${JSON.stringify({ name: values.name, ...around, runs, rows }, undefined, 1)}\n`);
console.log(output);
