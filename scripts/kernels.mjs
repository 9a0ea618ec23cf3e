/** Builds of the kernels with other files in the place of some of their own. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Compiles the kernels as the release target does.
 * @param {Record<string, string>} replaced what stands in the place of a file of `assembly/`, by its name
 * @returns {Promise<{ wasm: Uint8Array, wat: string }>}
 */
export async function compileKernels(replaced) {
  /** @type {Record<string, any>} */
  const written = {};
  const { error, stderr } = await asc.main(['--target', 'release', '--outFile', 'o.wasm', '--textFile', 'o.wat'], {
    readFile: (name) => {
      const [, own] = /(?:^|\/)assembly\/([^/]+)$/.exec(name) ?? [];
      if (own !== undefined && own in replaced) return /** @type {string} */ (replaced[own]);
      const path = name.startsWith('/') ? name : `${ROOT}${name}`;
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, content) => {
      written[name] = content;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`the kernels do not compile: ${error.message} ${stderr}`);
  return { wasm: written['o.wasm'], wat: written['o.wat'] };
}
