/**
 * Every code that an error thrown by this library carries.
 *
 * | code | meaning |
 * | --- | --- |
 * | `BAD_ARGUMENT` | an option, state or block field has the wrong type, form or range; `field` and `value` say which |
 * | `BAD_FILE` | a block file cannot be read, is truncated or is not in the block-file format |
 * | `UNSUPPORTED_CHAIN` | the chain or fork has rules that the engine does not implement |
 * | `UNSUPPORTED_EXECUTION` | the requested execution path is not available on this platform |
 * | `WRONG_SENDER` | a transaction was signed by another than its given sender (`senders: 'verify'`); `value` is who was given, `sender` who has signed |
 * | `STATE_TOO_LARGE` | the state or block does not fit the shared memory (`memory.maxBytes`) |
 * | `TRACE_TOO_LARGE` | the traces that were asked for take more bytes than `trace.maxBytes` allows |
 * | `MISSING_CODE` | a code that the block needs, to run it or to know whether it is a delegation, is not in the state; `value` is its hash |
 * | `MISSING_NODE` | the witness lacks a trie node that the block needs; `value` is its hash, the message has its path |
 * | `BAD_WITNESS` | the witness contradicts itself, or has something that is not what it should be; `field` says what |
 * | `WITNESS_TOO_LARGE` | the witness has more nodes or bytes than a block could need |
 * | `NO_TRIE` | a state root is asked for of a state that was created without a trie |
 * | `MISSING_BLOCK_HASH` | BLOCKHASH asked for a block that `blockHashes` does not hold |
 * | `UNKNOWN_PARENT` | a block's parent is not the head of the chain that it is to go on |
 * | `SLOT_DIED` | a worker slot crashed or was terminated, and no other slot could do its part; the state is as before, the engine goes on |
 * | `RPC_FAILED` | a node could not be reached, or refuses to answer; `url` (without credentials), `method`, `status` |
 * | `RPC_WRONG_ANSWER` | a node's answer has the wrong form, or is not what hashes or proofs say it is |
 * | `CAPTURE_MISMATCH` | a captured block does not give what its header says; `field` is the first that differs |
 * | `CLOSED` | the engine, state or prepared block was used after `close()` or `dispose()` |
 * | `ABORTED` | the caller's signal fired |
 * | `INTERNAL` | a fault of this library |
 */
export type ErrorCode =
  | 'BAD_ARGUMENT'
  | 'BAD_FILE'
  | 'UNSUPPORTED_CHAIN'
  | 'UNSUPPORTED_EXECUTION'
  | 'WRONG_SENDER'
  | 'STATE_TOO_LARGE'
  | 'TRACE_TOO_LARGE'
  | 'MISSING_CODE'
  | 'MISSING_NODE'
  | 'BAD_WITNESS'
  | 'WITNESS_TOO_LARGE'
  | 'NO_TRIE'
  | 'MISSING_BLOCK_HASH'
  | 'UNKNOWN_PARENT'
  | 'SLOT_DIED'
  | 'RPC_FAILED'
  | 'RPC_WRONG_ANSWER'
  | 'CAPTURE_MISMATCH'
  | 'CLOSED'
  | 'ABORTED'
  | 'INTERNAL';

/** What an error says beside its code and message. */
export interface ErrorFacts {
  /** The option or field at fault, as a path (`transactions[3].nonce`). */
  field?: string;
  /** The value that was got. */
  value?: unknown;
  /** Index of the transaction at fault. */
  txIndex?: number;
  /** 0x-hex: who has signed a transaction. */
  sender?: string;
  /** Where a node was asked: scheme, host and port; nothing that could hold a key. */
  url?: string;
  /** The JSON-RPC method that was asked for. */
  method?: string;
  /** HTTP status, or the code of a JSON-RPC error. */
  status?: number;
  /** The error behind it. */
  cause?: unknown;
}

/** Paths and causes come from outside and can have any length; `field` and `value` are whole. */
const LONGEST_MESSAGE = 1000;

/** The one error class of this library: switch on `code`; `field` and `value` name what was wrong. */
export class ParallelEvmError extends Error {
  /** Name of the class. */
  override readonly name = 'ParallelEvmError';
  /** What went wrong. */
  readonly code: ErrorCode;
  /** The option or field at fault, as a path (`transactions[3].nonce`). */
  readonly field?: string;
  /** The value that was got. */
  readonly value?: unknown;
  /** Index of the transaction at fault. */
  readonly txIndex?: number;
  /** 0x-hex: who has signed the transaction. */
  readonly sender?: string;
  /** Where a node was asked: scheme, host and port. */
  readonly url?: string;
  /** The JSON-RPC method that was asked for. */
  readonly method?: string;
  /** HTTP status, or the code of a JSON-RPC error. */
  readonly status?: number;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message.slice(0, LONGEST_MESSAGE), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    if (facts.field !== undefined) this.field = facts.field;
    if ('value' in facts) this.value = facts.value;
    if (facts.txIndex !== undefined) this.txIndex = facts.txIndex;
    if (facts.sender !== undefined) this.sender = facts.sender;
    if (facts.url !== undefined) this.url = facts.url;
    if (facts.method !== undefined) this.method = facts.method;
    if (facts.status !== undefined) this.status = facts.status;
  }
}

const SHOWN = 80;

/** What a value is, in a few words. Nothing of it is called: it may be anything, however deep or large. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN));
  if (typeof value === 'bigint') return value < 2n ** 256n ? String(value) : `0x${value.toString(16)}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length} items`;
  return ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : 'an object';
}

function show(value: unknown): string {
  const text = describe(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text;
}

/** A `BAD_ARGUMENT`: `"slots" must be 1..64, got 0`. */
export function badArgument(field: string, must: string, value: unknown): ParallelEvmError {
  return new ParallelEvmError('BAD_ARGUMENT', `"${field}" must be ${must}, got ${show(value)}`, { field, value });
}

/** What `attempt` gives, or undefined where it refuses its argument. Every other fault goes on. */
export function unlessRefused<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof ParallelEvmError && error.code === 'BAD_ARGUMENT') return undefined;
    throw error;
  }
}
