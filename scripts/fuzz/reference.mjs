/**
 * The reference: `runTx` of `@ethereumjs/vm` on a journaled flat state, one machine per fork, with counters in its
 * instruction handlers and precompiles, which show how deep the cases reach.
 */
import { createBlock } from '@ethereumjs/block';
import { createTx } from '@ethereumjs/tx';
import { createAddressFromString, hexToBytes } from '@ethereumjs/util';
import { createVM, runTx } from '@ethereumjs/vm';
import { logText } from '../../test/oracle/calls.mjs';
import { FlatState } from '../../test/oracle/flat-state.mjs';
import { commonOf } from '../../test/oracle/reference.mjs';
import { stateDiff } from '../../test/oracle/state-diff.mjs';
import { copyWorld, worldOf } from '../../test/oracle/world.mjs';
import { isFrom } from './forks.mjs';
import { fieldsOf } from './resolve.mjs';

/** @typedef {import('./coverage.mjs').Coverage} Coverage */

const NO_ROOT = new Uint8Array(32);
const EMPTY = { accounts: new Map(), codes: new Map(), storages: new Map() };
const ZERO_HASH = /** @type {`0x${string}`} */ (`0x${'00'.repeat(32)}`);
const hex = (/** @type {Uint8Array} */ bytes) => `0x${Buffer.from(bytes).toString('hex')}`;

/** @param {any} evm @param {Coverage} coverage @param {string} fork @returns {number[]} the opcodes that the fork has */
function countInstructions(evm, coverage, fork) {
  const ops = [...evm._opcodeMap.keys()].filter((op) => !evm._opcodeMap[op].opcodeInfo.isInvalid);
  for (const op of ops) {
    const entry = evm._opcodeMap[op];
    const { opHandler } = entry;
    evm._opcodeMap[op] = {
      ...entry,
      opHandler: (/** @type {any} */ runState, /** @type {any} */ common) => {
        coverage.instruction(fork, op, runState.env.depth);
        return opHandler(runState, common);
      },
    };
  }
  return ops;
}

/** @param {any} evm @param {Coverage} coverage */
function countPrecompiles(evm, coverage) {
  for (const [address, run] of evm._precompiles) {
    const id = Number.parseInt(address, 16);
    evm._precompiles.set(address, async (/** @type {any} */ options) => {
      const result = await run(options);
      coverage.precompile(id, result.exceptionError === undefined);
      return result;
    });
  }
}

/** @param {string} fork @param {Coverage} coverage */
async function createMachine(fork, coverage) {
  const common = commonOf({ chainId: 1, hardfork: fork });
  const stateManager = new FlatState(EMPTY, NO_ROOT);
  /** @type {Record<string, string>} */
  let hashes = {};
  const blockchain = {
    getBlock: async (/** @type {bigint} */ number) => ({
      hash: () => hexToBytes(/** @type {any} */ (hashes[String(number)])),
    }),
    shallowCopy: () => blockchain,
  };
  const vm = await createVM({
    common,
    stateManager: /** @type {any} */ (stateManager),
    blockchain: /** @type {any} */ (blockchain),
  });
  const opcodes = countInstructions(vm.evm, coverage, fork);
  countPrecompiles(vm.evm, coverage);
  vm.evm.events.on('afterMessage', (result) => coverage.message(result.execResult.exceptionError?.error));
  /** @param {Record<string, string>} given */
  const setHashes = (given) => {
    hashes = given;
  };
  return { common, stateManager, vm, opcodes, setHashes };
}

/** @param {import('./world.mjs').Block} block @param {string} fork @param {any} common */
function blockOf(
  { number, timestamp, gasLimit, coinbase, difficulty, prevRandao, baseFee, excessBlobGas },
  fork,
  common,
) {
  const header = {
    ...{ number, timestamp, gasLimit, coinbase: createAddressFromString(coinbase), difficulty },
    ...{ mixHash: hexToBytes(/** @type {any} */ (prevRandao)), parentHash: ZERO_HASH },
    ...(isFrom(fork, 'london') && { baseFeePerGas: baseFee }),
    ...(isFrom(fork, 'cancun') && { excessBlobGas, blobGasUsed: 0n, parentBeaconBlockRoot: ZERO_HASH }),
  };
  return createBlock({ header }, { common, skipConsensusFormatValidation: true, freeze: false });
}

/** @param {any} block @param {any} common @param {string} fork */
function blobRules({ header }, common, fork) {
  if (!isFrom(fork, 'cancun')) return { fee: 0n, mostGas: 0n };
  return { fee: header.getBlobGasPrice(), mostGas: common.getBlobGasSchedule().maxBlobGasPerBlock };
}

/** @param {import('../../test/oracle/world.mjs').World} world @param {string} key */
function accountIn({ accounts, codes }, key) {
  const { nonce, balance } = accounts.get(key) ?? { nonce: 0n, balance: 0n };
  return { nonce, balance, code: codes.get(key) };
}

/** @param {any} result of `runTx` */
function outcome({ receipt, execResult, totalGasSpent, createdAddress }) {
  const { exceptionError, returnValue } = execResult;
  return {
    success: exceptionError === undefined,
    halt: exceptionError?.error,
    gasUsed: totalGasSpent,
    output: hex(returnValue),
    logs: receipt.logs.map(logText),
    bloom: hex(receipt.bitvector),
    ...(exceptionError === undefined && createdAddress !== undefined && { createdAddress: createdAddress.toString() }),
  };
}

export class Reference {
  /** @type {Map<string, Awaited<ReturnType<typeof createMachine>>>} */
  #machines = new Map();

  /** @param {Coverage} coverage @param {(evm: any) => void} [watch] is given each machine's EVM once */
  constructor(coverage, watch) {
    this.coverage = coverage;
    this.watch = watch;
  }

  /** @param {string} fork */
  async #machine(fork) {
    const known = this.#machines.get(fork);
    if (known !== undefined) return known;
    const made = await createMachine(fork, this.coverage);
    this.watch?.(made.vm.evm);
    this.#machines.set(fork, made);
    return made;
  }

  /**
   * A run of a world's transactions, one after another.
   * @param {string} fork @param {import('./world.mjs').Block} block @param {any} preState
   * @param {Record<string, string>} blockHashes
   */
  async start(fork, block, preState, blockHashes) {
    const { common, stateManager, vm, opcodes, setHashes } = await this.#machine(fork);
    this.coverage.define(fork, opcodes);
    stateManager.reset(worldOf({ preState, codes: {} }));
    setHashes(blockHashes);
    const around = blockOf(block, fork, common);
    let before = copyWorld(stateManager.world);
    return {
      blobs: blobRules(around, common, fork),
      world: () => stateManager.world,
      /** @param {string} address */
      account: (address) => accountIn(stateManager.world, address.slice(2)),
      /** @param {import('./resolve.mjs').Resolved} tx @returns {Promise<any>} */
      run: async (tx) => {
        try {
          const made = createTx(/** @type {any} */ (fieldsOf(tx)), { common, freeze: false });
          made.getSenderAddress = () => createAddressFromString(tx.from);
          made.isSigned = () => false;
          const result = await runTx(vm, { tx: made, block: around, skipHardForkValidation: true });
          const diff = stateDiff(before, stateManager.world);
          before = copyWorld(stateManager.world);
          return { ...outcome(result), diff };
        } catch (error) {
          return { refusal: /** @type {Error} */ (error).message, stack: /** @type {Error} */ (error).stack };
        }
      },
    };
  }
}
