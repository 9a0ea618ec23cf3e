/** The real kernels, built so that they call the host at their points (assembly/points.ts). */
import { readFileSync } from 'node:fs';
import { compileKernels } from '../kernels.mjs';
import { brokenKernels } from './mutations.mjs';

const asking = (/** @type {boolean} */ alone) => `
@external("host", "point")
declare function point(): void;
export class Point {
  static shared(): void { point(); }
  static alone(): void { ${alone ? 'point();' : ''} }
}
`;

/** Files of the kernels with a rule left out. @param {string | undefined} mutation @returns {Record<string, string>} */
function withoutRule(mutation) {
  const broken = brokenKernels(mutation);
  if (broken === undefined) return {};
  const source = readFileSync(new URL(`../../assembly/${broken.file}`, import.meta.url), 'utf8');
  if (!source.includes(broken.rule)) throw new Error(`assembly/${broken.file} does not say ${broken.rule}`);
  return { [broken.file]: source.replace(broken.rule, broken.instead) };
}

/**
 * @param {{ alone?: boolean, mutation?: string }} [options] `alone`: also where only one thread writes
 * @returns {Promise<WebAssembly.Module>} a module with the import host.point
 */
export async function compileAskingKernels({ alone = false, mutation } = {}) {
  const { wasm } = await compileKernels({ 'points.ts': asking(alone), ...withoutRule(mutation) });
  return WebAssembly.compile(/** @type {BufferSource} */ (wasm));
}
