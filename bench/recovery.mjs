/** Recovering the address of who signed a hash: the native addon, mcl's WebAssembly, `@noble/curves`. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { recoverAddress, recoverAddressBy } from '../dist/src/block/recover.js';
import { loadNativeRecover } from '../dist/src/host/secp256k1.node.js';
import { createRecover } from '../dist/src/precompiles/ecdsa.js';
import { CURVE_SECP256K1, startCurve } from '../dist/src/precompiles/mcl.js';
import { compileMcl } from '../dist/src/precompiles/mcl-module.js';
import { compete, speedup } from './measure.mjs';

const SIGNATURES = 100;

/** Milliseconds for a hundred signatures, and ratios. @param {{ warmup: number, runs: number }} options */
export async function recoveryTimes(options) {
  const signed = Array.from({ length: SIGNATURES }, (_, i) => {
    const key = keccak_256(Uint8Array.of(i));
    const hash = keccak_256(Uint8Array.of(1, i));
    const { r, s, recovery } = secp256k1.Signature.fromBytes(
      secp256k1.sign(hash, key, { prehash: false, format: 'recovered' }),
      'recovered',
    );
    return { hash, signature: { r, s, yParity: BigInt(/** @type {number} */ (recovery)) } };
  });
  const wasm = recoverAddressBy(createRecover(startCurve(await compileMcl(), CURVE_SECP256K1)));
  const native = await loadNativeRecover();
  const ways = { noble: recoverAddress, wasm, ...(native && { native: recoverAddressBy(native) }) };
  const all = (/** @type {any} */ way) =>
    signed.map(({ hash, signature }) => Buffer.from(way(hash, signature)).toString('hex')).join();
  const expected = all(ways.noble);
  for (const [name, way] of Object.entries(ways))
    if (all(way) !== expected) throw new Error(`${name} recovers other addresses`);
  const contenders = Object.fromEntries(
    Object.entries(ways).map(([name, way]) => [
      name,
      async () => {
        const started = performance.now();
        all(way);
        return { total: performance.now() - started };
      },
    ]),
  );
  const times = await compete(contenders, options);
  const ratios = Object.fromEntries(
    Object.keys(ways)
      .filter((name) => name !== 'noble')
      .map((name) => [name, speedup(times.noble.total, times[name].total)]),
  );
  return { signatures: SIGNATURES, times, ratios };
}
