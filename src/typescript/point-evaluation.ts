// The precompile of EIP-4844 for `@ethereumjs/evm`, which has none without a library that it is given: this library's own.
import { type CustomPrecompile, EVMError } from '@ethereumjs/evm';
import { Address } from '@ethereumjs/util';
import { PC_KZG } from '../../assembly/layout.ts';
import type { HostFunction, Precompiles } from '../precompiles/types.ts';

const GAS = 50_000n;
const OUTPUT_BYTES = 64;

const failure = (error: EVMError, gas: bigint) => ({
  executionGasUsed: gas,
  returnValue: new Uint8Array(0),
  exceptionError: error,
});

export function pointEvaluation(libs: Precompiles): CustomPrecompile {
  const evaluate = libs.get(PC_KZG) as HostFunction;
  const address = new Address(Uint8Array.from({ length: 20 }, (_, i) => (i === 19 ? PC_KZG : 0)));
  return {
    address,
    function: ({ data, gasLimit }) => {
      if (gasLimit < GAS) return failure(new EVMError(EVMError.errorMessages.OUT_OF_GAS), gasLimit);
      const output = new Uint8Array(OUTPUT_BYTES);
      if (evaluate(data, output, 0) !== OUTPUT_BYTES)
        return failure(new EVMError(EVMError.errorMessages.INVALID_PROOF), gasLimit);
      return { executionGasUsed: GAS, returnValue: output };
    },
  } as CustomPrecompile;
}
