// Blob parameters of a block: the schedule is the chain's (EIP-4844, EIP-7691, EIP-7892), the price follows from it.
import type { Common } from '@ethereumjs/common';
import type { BlobRules } from '../block/layout.ts';
import type { BlockFrame } from '../block/types.ts';
import { badArgument } from '../errors.ts';

const BLOB_GAS = 131072;

/** EIP-4844. */
export const GAS_PER_BLOB: bigint = BigInt(BLOB_GAS);

/** What the schedule of `@ethereumjs/common` builds on: the EIPs' numbers. Forks and custom chains override them. */
const EIP_PARAMS = {
  4844: {
    blobGasPerBlob: BLOB_GAS,
    targetBlobGasPerBlock: 3 * BLOB_GAS,
    maxBlobGasPerBlock: 6 * BLOB_GAS,
    blobGasPriceUpdateFraction: 3338477,
  },
  7691: {
    targetBlobGasPerBlock: 6 * BLOB_GAS,
    maxBlobGasPerBlock: 9 * BLOB_GAS,
    blobGasPriceUpdateFraction: 5007716,
  },
};

/** e^177 is the last whole power below 2^256. It bounds the loop below, too: excess gas comes from the caller. */
const MAX_EXPONENT = 177n;

/**
 * EIP-4844's fake_exponential with a factor of 1: about e^(excess / fraction), at least 1.
 * @throws BAD_ARGUMENT where the fee would not fit 256 bits
 */
export function blobBaseFee(excess: bigint, fraction: bigint): bigint {
  const most = MAX_EXPONENT * fraction;
  if (excess > most) throw badArgument('excessBlobGas', `at most ${most}, for a base fee below 2^256`, excess);
  let sum = 0n;
  let term = fraction;
  for (let i = 1n; term > 0n; i++) {
    sum += term;
    term = (term * excess) / (fraction * i);
  }
  return sum / fraction;
}

/** The blob parameters in force. Gas per block. */
export interface BlobSchedule {
  targetGas: bigint;
  maxGas: bigint;
  updateFraction: bigint;
}

/** The chain's blob parameters under a fork, which is Cancun or later. `common` is not changed. */
export function blobSchedule(common: Common, hardfork: string): BlobSchedule {
  const own = common.copy();
  own.updateParams(EIP_PARAMS);
  own.setHardfork(hardfork);
  const { targetBlobGasPerBlock, maxBlobGasPerBlock, blobGasPriceUpdateFraction } = own.getBlobGasSchedule();
  return {
    targetGas: targetBlobGasPerBlock,
    maxGas: maxBlobGasPerBlock,
    updateFraction: blobGasPriceUpdateFraction,
  };
}

/** Blob rules of a block; zeros before Cancun. `common` is not changed. */
export function blobRules(common: Common, { hardfork, header }: BlockFrame): BlobRules {
  if (header.excessBlobGas === undefined) return { baseFee: 0n, maxGasPerBlock: 0n };
  const { maxGas, updateFraction } = blobSchedule(common, hardfork);
  return { baseFee: header.blobBaseFee ?? blobBaseFee(header.excessBlobGas, updateFraction), maxGasPerBlock: maxGas };
}
