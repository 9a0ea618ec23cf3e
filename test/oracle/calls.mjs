/**
 * The oracle for calls: `runCall` of `@ethereumjs/evm` on a flat state, each call on a state of its own.
 *
 * `runCall` knows neither intrinsic gas nor what a transaction warms up first (EIP-2929, EIP-3651): both are done here.
 */
import { createBlock } from '@ethereumjs/block';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { createEVM, getActivePrecompiles } from '@ethereumjs/evm';
import { bytesToHex, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util';
import { FlatState } from './flat-state.mjs';
import { worldOf } from './world.mjs';

const ZERO_ADDRESS = `0x${'00'.repeat(20)}`;

/**
 * @typedef {object} ReferenceCall
 * @property {string} [from]
 * @property {string} [to] absent: a creation
 * @property {string} [data]
 * @property {bigint} [value]
 * @property {bigint} gas without intrinsic gas
 */

/** @param {string} hardfork @param {object} header */
function blockOf(hardfork, header) {
  const common = createCustomCommon({}, Mainnet, { hardfork, customCrypto: { kzg: /** @type {any} */ ({}) } });
  return createBlock({ header }, { common, skipConsensusFormatValidation: true });
}

/** @param {any} evm @param {ReferenceCall} call @param {string} coinbase */
function warmUp(evm, { from = ZERO_ADDRESS, to }, coinbase) {
  const addresses = [from, coinbase, ...(to === undefined ? [] : [to])];
  for (const address of addresses) evm.journal.addAlwaysWarmAddress(address.slice(2).toLowerCase());
  for (const [address] of getActivePrecompiles(evm.common)) evm.journal.addAlwaysWarmAddress(address);
}

/**
 * @param {any} file a parsed block file: accounts and codes
 * @param {string} hardfork
 * @param {Record<string, any>} header of the block around the call
 * @param {ReferenceCall} call
 */
export async function referenceCall(file, hardfork, header, call) {
  const block = blockOf(hardfork, header);
  const stateManager = new FlatState(worldOf(file), new Uint8Array(32));
  const evm = await createEVM({ common: block.common, stateManager: /** @type {any} */ (stateManager) });
  const from = createAddressFromString(call.from ?? ZERO_ADDRESS);
  warmUp(evm, call, block.header.coinbase.toString());
  const { execResult } = await evm.runCall({
    block,
    caller: from,
    origin: from,
    ...(call.to !== undefined && { to: createAddressFromString(call.to) }),
    data: hexToBytes(/** @type {any} */ (call.data ?? '0x')),
    value: call.value ?? 0n,
    gasLimit: call.gas,
  });
  const { exceptionError, returnValue, executionGasUsed, logs = [] } = execResult;
  return {
    success: exceptionError === undefined,
    output: bytesToHex(returnValue),
    executionGasUsed,
    logs: exceptionError === undefined ? logs.map(logText) : [],
  };
}

/** @param {[Uint8Array, Uint8Array[], Uint8Array]} log */
export const logText = ([address, topics, data]) => [
  bytesToHex(setLengthLeft(address, 20)),
  topics.map((topic) => bytesToHex(topic)),
  bytesToHex(data),
];
