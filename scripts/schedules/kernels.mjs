/** The real kernels, built so that they call the host at their points (assembly/points.ts). */
import { compileKernels } from '../kernels.mjs';

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
  const { wasm } = await compileKernels({ 'points.ts': asking(alone) });
  return WebAssembly.compile(/** @type {BufferSource} */ (wasm));
}
