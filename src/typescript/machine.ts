// Executes the transaction, call or system call that a slot's context holds with `@ethereumjs/evm`, and leaves what came of
// it in the context, where the kernels around it go on.
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { EVMError, type EVMRunCallOpts, type ExecResult, NobleBN254 } from '@ethereumjs/evm';
import { Address, bytesToHex, type PrefixedHexString } from '@ethereumjs/util';
import {
  ACCESS_BYTES,
  ACCESS_KIND,
  ACCESS_VALUE,
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_CHAIN_ID,
  AUTH_NONCE,
  AUTH_VALID,
  BLOCK_BASE_FEE,
  BLOCK_BLOB_FEE,
  BLOCK_CHAIN_ID,
  BLOCK_COINBASE,
  BLOCK_GAS_LIMIT,
  BLOCK_HASHES,
  BLOCK_HASHES_KNOWN,
  BLOCK_NUMBER,
  BLOCK_RANDAO,
  BLOCK_TIMESTAMP,
  CTX_FRAMES,
  CTX_GAS_PRICE,
  CTX_REFUND,
  CTX_RETURN,
  CTX_RETURN_BYTES,
  CTX_RETURN_CAPACITY,
  CTX_TOP_STATUS,
  CTX_TX,
  FLAG_WARM_COINBASE,
  FR_ACCOUNT,
  FR_GAS,
  LACC_DESTROYED,
  SPEC_FORK,
  STATUS_ARENA_FULL,
  STATUS_BAD_CODE,
  STATUS_BAD_JUMP,
  STATUS_COLLISION,
  STATUS_INVALID_OPCODE,
  STATUS_MISSING_HASH,
  STATUS_OUT_OF_GAS,
  STATUS_PRECOMPILE,
  STATUS_RETURN,
  STATUS_REVERT,
  STATUS_STACK,
  STATUS_STATIC,
  STATUS_STOP,
  TX_ACCESS_COUNT,
  TX_ACCESSES,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_BLOB_COUNT,
  TX_BLOBS,
  TX_DATA,
  TX_DATA_BYTES,
  TX_FROM,
  TX_GAS_LIMIT,
  TX_IS_CREATE,
  TX_TO,
  TX_VALUE,
} from '../../assembly/layout.ts';
import { forkAt } from '../block/forks.ts';
import type { Precompiles } from '../precompiles/types.ts';
import { AttemptEnd, type Context } from './context.ts';
import { SlotEvm } from './evm.ts';
import { localAccountOf, raise } from './local.ts';
import { appendLog, type EvmLog } from './logs.ts';
import { pointEvaluation } from './point-evaluation.ts';
import { SlotState } from './state-manager.ts';
import { SYSTEM_ADDRESS, SYSTEM_GAS, systemInput, systemTarget } from './system.ts';
import { intrinsicGas } from './validity.ts';

const MAX_U64 = 2n ** 64n - 1n;
const { errorMessages: SAID } = EVMError;

/** How the library says that a frame failed, and how we do; everything else is a precompile that refuses its input. */
const STATUSES: Readonly<Record<string, number>> = {
  [SAID.REVERT]: STATUS_REVERT,
  [SAID.OUT_OF_GAS]: STATUS_OUT_OF_GAS,
  [SAID.CODESTORE_OUT_OF_GAS]: STATUS_OUT_OF_GAS,
  [SAID.CODESIZE_EXCEEDS_MAXIMUM]: STATUS_OUT_OF_GAS,
  [SAID.INITCODE_SIZE_VIOLATION]: STATUS_OUT_OF_GAS,
  [SAID.REFUND_EXHAUSTED]: STATUS_OUT_OF_GAS,
  [SAID.STACK_UNDERFLOW]: STATUS_STACK,
  [SAID.STACK_OVERFLOW]: STATUS_STACK,
  [SAID.INVALID_JUMP]: STATUS_BAD_JUMP,
  [SAID.INVALID_OPCODE]: STATUS_INVALID_OPCODE,
  [SAID.STATIC_STATE_CHANGE]: STATUS_STATIC,
  [SAID.CREATE_COLLISION]: STATUS_COLLISION,
  [SAID.INVALID_BYTECODE_RESULT]: STATUS_BAD_CODE,
};

/** Before EIP-2 a creation that cannot pay for its code leaves none and succeeds. */
const leavesNoCode = (result: ExecResult, fork: string): boolean =>
  fork === 'chainstart' && result.exceptionError?.error === SAID.CODESTORE_OUT_OF_GAS;

function statusOf(result: ExecResult, fork: string): number {
  const said = result.exceptionError?.error;
  if (said === undefined || leavesNoCode(result, fork)) return STATUS_RETURN;
  if (said.startsWith(SAID.INVALID_JUMP)) return STATUS_BAD_JUMP;
  return STATUSES[said] ?? STATUS_PRECOMPILE;
}

/** What a frame at depth 0 is given. */
interface Top {
  caller: Address;
  to: Address | undefined;
  data: Uint8Array;
  value: bigint;
  gasLimit: bigint;
  blobVersionedHashes: PrefixedHexString[];
}

export class Machine {
  readonly #context: Context;
  readonly #libs: Precompiles;
  readonly #state: SlotState;
  /** By fork and chain. */
  readonly #evms = new Map<string, SlotEvm>();

  constructor(context: Context, libs: Precompiles) {
    this.#context = context;
    this.#libs = libs;
    this.#state = new SlotState(context);
  }

  /** Executes what the context holds: system call `kind`, or its transaction if negative. Returns STATUS_*. */
  async execute(kind: number): Promise<number> {
    try {
      await (kind >= 0 ? this.#systemCall(kind) : this.#transaction());
      return STATUS_STOP;
    } catch (error) {
      if (!(error instanceof AttemptEnd)) throw error;
      this.#state.reset();
      return error.status;
    }
  }

  #systemCall(kind: number): Promise<void> {
    const to = new Address(systemTarget(kind));
    const data = systemInput(this.#context, kind);
    const caller = new Address(SYSTEM_ADDRESS);
    return this.#run({ caller, to, data, value: 0n, gasLimit: SYSTEM_GAS, blobVersionedHashes: [] });
  }

  #transaction(): Promise<void> {
    const { memory, at } = this.#context;
    const tx = memory.u32(at + CTX_TX);
    const creates = memory.u32(tx + TX_IS_CREATE) !== 0;
    const blobs = memory.u32(tx + TX_BLOBS);
    const top = {
      caller: this.#address(tx + TX_FROM),
      to: creates ? undefined : this.#address(tx + TX_TO),
      data: memory.take(memory.u32(tx + TX_DATA), memory.u32(tx + TX_DATA_BYTES)),
      value: memory.u256(tx + TX_VALUE),
      gasLimit: memory.u64(tx + TX_GAS_LIMIT) - intrinsicGas(this.#context, tx),
      blobVersionedHashes: Array.from({ length: memory.u32(tx + TX_BLOB_COUNT) }, (_, i) =>
        bytesToHex(memory.reversed(blobs + 32 * i, 32)),
      ),
    };
    return this.#run(top, tx);
  }

  #address(limbs: number): Address {
    return new Address(this.#context.memory.reversed(limbs, 20));
  }

  async #run(top: Top, tx = 0): Promise<void> {
    const { memory, at } = this.#context;
    const evm = this.#evm();
    this.#warm(evm, top, tx);
    const gasPrice = memory.u256(at + CTX_GAS_PRICE);
    const { to, ...rest } = top;
    const options = { ...rest, ...(to && { to }), gasPrice, origin: top.caller, block: this.#block() };
    const { result, created } = await evm.runTop(options);
    this.#leave(evm, top, result, created);
  }

  // ── Before ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #evm(): SlotEvm {
    const { memory, spec, block } = this.#context;
    const hardfork = forkAt(memory.u32(spec + SPEC_FORK));
    const chainId = String(memory.u256(block + BLOCK_CHAIN_ID));
    const key = `${hardfork} ${chainId}`;
    const known = this.#evms.get(key);
    if (known) return known;
    const common = createCustomCommon({ chainId }, Mainnet, { hardfork });
    const evm = new SlotEvm(this.#context, {
      common,
      stateManager: this.#state,
      blockchain: { getBlock: async (number: number) => this.#ancestor(number), shallowCopy: () => this.#noCopy() },
      bn254: new NobleBN254(),
      customPrecompiles: common.isActivatedEIP(4844) ? [pointEvaluation(this.#libs)] : [],
    } as never);
    this.#evms.set(key, evm);
    return evm;
  }

  #noCopy(): never {
    throw new Error('a copy of the chain is not a part of execution');
  }

  /** EIP-2929, EIP-2930, EIP-3651, EIP-7702: what is warm from the start. The precompiles are, and system calls add nothing. */
  #warm({ journal, precompiles }: SlotEvm, { caller, to }: Top, tx: number): void {
    const { memory, block } = this.#context;
    for (const address of precompiles.keys()) journal.addAlwaysWarmAddress(address);
    if (tx === 0) return;
    journal.addAlwaysWarmAddress(caller.toString());
    if (to) journal.addAlwaysWarmAddress(to.toString());
    if (this.#context.has(FLAG_WARM_COINBASE))
      journal.addAlwaysWarmAddress(this.#address(block + BLOCK_COINBASE).toString());
    const items = memory.u32(tx + TX_ACCESSES);
    let owner = '';
    for (let i = 0; i < memory.u32(tx + TX_ACCESS_COUNT); i++) {
      const item = items + ACCESS_BYTES * i;
      if (memory.u32(item + ACCESS_KIND) === 0) {
        owner = this.#address(item + ACCESS_VALUE).toString();
        journal.addAlwaysWarmAddress(owner);
      } else journal.addAlwaysWarmSlot(owner, bytesToHex(memory.reversed(item + ACCESS_VALUE, 32)));
    }
    this.#warmAuthorities(tx, (authority) => journal.addAlwaysWarmAddress(authority.toString()));
  }

  /** Whoever signed a tuple that is for this chain, whatever comes of the tuple. */
  #warmAuthorities(tx: number, warm: (authority: Address) => void): void {
    const { memory, block } = this.#context;
    const tuples = memory.u32(tx + TX_AUTHORIZATIONS);
    for (let i = 0; i < memory.u32(tx + TX_AUTHORIZATION_COUNT); i++) {
      const tuple = tuples + AUTH_BYTES * i;
      const chain = memory.u256(tuple + AUTH_CHAIN_ID);
      const isMeant = chain === 0n || chain === memory.u256(block + BLOCK_CHAIN_ID);
      const isSigned = memory.u32(tuple + AUTH_VALID) !== 0 && memory.u64(tuple + AUTH_NONCE) !== MAX_U64;
      if (isMeant && isSigned) warm(this.#address(tuple + AUTH_AUTHORITY));
    }
  }

  #block(): NonNullable<EVMRunCallOpts['block']> {
    const { memory, block } = this.#context;
    const randao = memory.reversed(block + BLOCK_RANDAO, 32);
    return {
      header: {
        number: memory.u64(block + BLOCK_NUMBER),
        coinbase: this.#address(block + BLOCK_COINBASE),
        timestamp: memory.u64(block + BLOCK_TIMESTAMP),
        difficulty: memory.u256(block + BLOCK_RANDAO),
        prevRandao: randao,
        gasLimit: memory.u64(block + BLOCK_GAS_LIMIT),
        baseFeePerGas: memory.u256(block + BLOCK_BASE_FEE),
        getBlobGasPrice: () => memory.u256(block + BLOCK_BLOB_FEE),
      },
    };
  }

  /** One of the 256 blocks before this one. */
  #ancestor(number: number): { hash(): Uint8Array } {
    const { memory, block } = this.#context;
    const distance = Number(memory.u64(block + BLOCK_NUMBER)) - 1 - number;
    if (memory.u8(memory.u32(block + BLOCK_HASHES_KNOWN) + distance) === 0)
      this.#context.end(STATUS_MISSING_HASH, distance);
    return { hash: () => memory.reversed(memory.u32(block + BLOCK_HASHES) + 32 * distance, 32) };
  }

  // ── After ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Leaves how the frame ended: status, gas, refund, output, logs, and which accounts go. */
  #leave(evm: SlotEvm, { gasLimit }: Top, result: ExecResult, created: Address | undefined): void {
    const { memory, at } = this.#context;
    const status = statusOf(result, evm.common.hardfork());
    const frame = memory.u32(at + CTX_FRAMES);
    memory.setU32(at + CTX_TOP_STATUS, status);
    memory.setU64(frame + FR_GAS, gasLimit - result.executionGasUsed);
    this.#leaveOutput(status <= STATUS_REVERT ? result.returnValue : new Uint8Array(0));
    if (status > STATUS_RETURN) return;
    if (created) memory.setU32(frame + FR_ACCOUNT, localAccountOf(this.#context, created.bytes));
    memory.setU64(at + CTX_REFUND, BigInt.asUintN(64, memory.u64(at + CTX_REFUND) + (result.gasRefund ?? 0n)));
    for (const log of result.logs ?? []) appendLog(this.#context, log as EvmLog);
    this.#destroy(evm, result);
  }

  #leaveOutput(output: Uint8Array): void {
    const { memory, at } = this.#context;
    memory.setU32(at + CTX_RETURN_BYTES, output.length);
    if (output.length > memory.u32(at + CTX_RETURN_CAPACITY)) throw new AttemptEnd(STATUS_ARENA_FULL);
    memory.put(memory.u32(at + CTX_RETURN), output);
  }

  /** From Cancun on an account goes only if it came in the same transaction (EIP-6780). */
  #destroy({ common }: SlotEvm, { selfdestruct, createdAddresses }: ExecResult): void {
    for (const address of selfdestruct?.keys() ?? []) {
      if (common.isActivatedEIP(6780) && !createdAddresses?.has(address)) continue;
      const bytes = Uint8Array.from(address.slice(2).match(/../g) as string[], (byte) => Number(`0x${byte}`));
      raise(this.#context, localAccountOf(this.#context, bytes), LACC_DESTROYED);
    }
  }
}
