// `@ethereumjs/evm` with the places where this library's rules for what is read and what is a difference come in: transfers,
// the check that a balance covers a transfer, EXTCODEHASH and EXTCODECOPY; and jumps, where an attempt may be ended.
import { EVM, type EVMOpts, type EVMResult, type EVMRunCallOpts, type ExecResult } from '@ethereumjs/evm';
import { type Account, Address, bigIntToAddressBytes, bytesToBigInt } from '@ethereumjs/util';
import { LocalAccount } from './account.ts';
import { endIfDoomed } from './compare.ts';
import { AttemptEnd, type Context } from './context.ts';
import { credit, debit, localAccountOf } from './local.ts';

type Message = NonNullable<EVMRunCallOpts['message']>;
/** The library's state of a frame, as far as it is looked at here. */
interface RunState {
  env: { contract: Account };
  stack: { peek(count: number): bigint[]; pop(): bigint; push(value: bigint): void };
  stateManager: {
    getAccount(address: Address): Promise<Account | undefined>;
    getCode(address: Address): Promise<Uint8Array>;
  };
}
type Handler = (runState: never, common: never) => unknown;

const EXTCODECOPY = 0x3c;
const EXTCODEHASH = 0x3f;
const JUMP = 0x56;
const JUMPI = 0x57;
/** Instructions that ask whether the frame's account can pay, by where the amount lies in the stack; undefined: nothing. */
const PAYMENTS: readonly (readonly [op: number, depth: number | undefined])[] = [
  [0xf0, 0], // CREATE
  [0xf1, 2], // CALL
  [0xf2, 2], // CALLCODE
  [0xf5, 0], // CREATE2
  [0xfa, undefined], // STATICCALL
];

/** The same instruction, whose questions about its account's balance are whether it covers the amount. */
function asksForCover(handler: Handler, depth: number | undefined): Handler {
  return async (runState: never, common: never) => {
    const { env, stack } = runState as RunState;
    const { contract } = env;
    if (!(contract instanceof LocalAccount)) return handler(runState, common);
    contract.need = depth === undefined ? 0n : (stack.peek(depth + 1)[depth] as bigint);
    try {
      return await handler(runState, common);
    } finally {
      contract.need = undefined;
    }
  };
}

/** Asks for the code even where nothing of it is copied: which accounts a transaction needs to know does not hang on lengths. */
function asksForCode(handler: Handler): Handler {
  return async (runState: never, common: never) => {
    const { stack, stateManager } = runState as RunState;
    await stateManager.getCode(new Address(bigIntToAddressBytes(BigInt.asUintN(160, stack.peek(1)[0] as bigint))));
    return handler(runState, common);
  };
}

/** The hash of a code is known where the code is not. */
const extCodeHash = async (runState: RunState): Promise<void> => {
  const address = new Address(bigIntToAddressBytes(BigInt.asUintN(160, runState.stack.pop())));
  const account = await runState.stateManager.getAccount(address);
  runState.stack.push(account === undefined || account.isEmpty() ? 0n : bytesToBigInt(account.codeHash));
};

export class SlotEvm extends EVM {
  readonly #context: Context;

  constructor(context: Context, options: EVMOpts) {
    super(options);
    this.#context = context;
    for (const [op, depth] of PAYMENTS) this.#replace(op, (handler) => asksForCover(handler, depth));
    for (const op of [JUMP, JUMPI])
      this.#replace(op, (handler) => (runState, common) => {
        endIfDoomed(context);
        return handler(runState, common);
      });
    this.#replace(EXTCODECOPY, asksForCode);
    this.#replace(EXTCODEHASH, () => extCodeHash as Handler);
  }

  #replace(op: number, change: (handler: Handler) => Handler): void {
    const entry = this._opcodeMap[op];
    if (entry === undefined || entry.opcodeInfo.isInvalid) return;
    const opHandler = change(entry.opHandler as Handler) as typeof entry.opHandler;
    this._opcodeMap[op] = { ...entry, opHandler };
  }

  /**
   * Whether the balance covers the value was asked before: by the instruction, or where the transaction was checked. Who gives
   * nothing is not touched: only the caller of system calls could be empty.
   */
  protected override async _reduceSenderBalance(_account: Account, message: Message): Promise<void> {
    if (message.value !== 0n) debit(this.#context, localAccountOf(this.#context, message.caller.bytes), message.value);
  }

  /** The account may have been assigned a nonce: it comes into being then. */
  protected override async _addToBalance(account: Account, message: Message & { to: Address }): Promise<void> {
    if (message.value === 0n) return this.stateManager.putAccount(message.to, account);
    if (account instanceof LocalAccount) account.assign();
    else await this.stateManager.putAccount(message.to, account);
    credit(this.#context, localAccountOf(this.#context, message.to.bytes), message.value);
  }

  /** The library takes whatever a transfer throws for the failure of its frame; the end of an attempt is none. */
  override async runCall(options: EVMRunCallOpts): Promise<EVMResult> {
    const result = await super.runCall(options);
    const thrown: unknown = result.execResult.exceptionError;
    if (thrown instanceof AttemptEnd) throw thrown;
    return result;
  }

  /** A frame at depth 0. */
  async runTop(options: EVMRunCallOpts): Promise<{ result: ExecResult; created: Address | undefined }> {
    try {
      const { execResult, createdAddress } = await this.runCall({ ...options, skipNonceIncrement: true });
      return { result: execResult, created: createdAddress };
    } finally {
      this.journal.cleanJournal();
      this.transientStorage.clear();
    }
  }
}
