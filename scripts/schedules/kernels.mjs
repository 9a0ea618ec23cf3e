/** The real kernels, built so that they call the host at their points (assembly/points.ts). */

import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const asking = (/** @type {boolean} */ alone) => `
@external("host", "point")
declare function point(): void;
export class Point {
  static shared(): void { point(); }
  static alone(): void { ${alone ? 'point();' : ''} }
}
`;

/**
 * @param {{ alone?: boolean }} [options] `alone`: also where only one thread writes
 * @returns {Promise<WebAssembly.Module>} a module with the import host.point
 */
export async function compileAskingKernels({ alone = false } = {}) {
  const config = JSON.parse(await readFile(`${ROOT}/asconfig.json`, 'utf8'));
  const { memoryBase, maximumMemory, initialMemory } = config.options;
  /** @type {Uint8Array | undefined} */
  let wasm;
  const { error, stderr } = await asc.main(
    [
      ...['assembly/index.ts', '--outFile', 'o.wasm', '-O3', '--noAssert', '--use', 'abort='],
      ...[
        '--runtime',
        'stub',
        '--importMemory',
        '--sharedMemory',
        '--enable',
        'threads,simd',
        '--disableWarning',
        '201',
      ],
      ...['--initialMemory', initialMemory, '--maximumMemory', maximumMemory, '--memoryBase', memoryBase].map(String),
    ],
    {
      readFile: (name) => {
        if (name.endsWith('asconfig.json')) return null;
        if (/(^|\/)assembly\/points\.ts$/.test(name)) return asking(alone);
        const path = name.startsWith('/') ? name : `${ROOT}/${name}`;
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      },
      writeFile: (name, content) => {
        if (name === 'o.wasm') wasm = /** @type {Uint8Array} */ (content);
      },
      listFiles: () => [],
    },
  );
  if (error || wasm === undefined) throw new Error(`the kernels do not compile: ${stderr}`);
  return WebAssembly.compile(/** @type {BufferSource} */ (wasm));
}
