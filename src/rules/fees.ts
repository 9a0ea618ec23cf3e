// What a header says of prices, which follows from its parent: base fee (EIP-1559) and excess blob gas (EIP-4844, with
// EIP-7918 from Osaka on).
import { type BlobSchedule, blobBaseFee, GAS_PER_BLOB } from '../spec/blobs.ts';
import type { Header } from './header.ts';

export const INITIAL_BASE_FEE: bigint = 1_000_000_000n;
export const ELASTICITY: bigint = 2n;
const MOST_CHANGE = 8n;
/** EIP-7918: gas that a blob is to cost at least, priced at the base fee. */
const BLOB_BASE_COST = 2n ** 13n;

/** Base fee of the block on top of `parent`, wei; where the parent has none, the first. */
export function nextBaseFee({ baseFeePerGas: base, gasLimit, gasUsed }: Header): bigint {
  if (base === undefined) return INITIAL_BASE_FEE;
  const target = gasLimit / ELASTICITY;
  if (gasUsed === target) return base;
  if (gasUsed < target) return base - (base * (target - gasUsed)) / target / MOST_CHANGE;
  const rise = (base * (gasUsed - target)) / target / MOST_CHANGE;
  return base + (rise > 1n ? rise : 1n);
}

/** EIP-7918: whether blobs are so cheap beside execution that the target does not count. */
function isBelowReserve(parent: Header, excess: bigint, { updateFraction }: BlobSchedule): boolean {
  return BLOB_BASE_COST * (parent.baseFeePerGas ?? 0n) > GAS_PER_BLOB * blobBaseFee(excess, updateFraction);
}

/** Excess blob gas of the block on top of `parent`, whose own blob gas counts as none before Cancun. */
export function nextExcessBlobGas(parent: Header, schedule: BlobSchedule, hasReserve: boolean): bigint {
  const { excessBlobGas = 0n, blobGasUsed = 0n } = parent;
  const { targetGas, maxGas } = schedule;
  const sum = excessBlobGas + blobGasUsed;
  if (sum < targetGas) return 0n;
  if (hasReserve && isBelowReserve(parent, excessBlobGas, schedule))
    return excessBlobGas + (blobGasUsed * (maxGas - targetGas)) / maxGas;
  return sum - targetGas;
}
