/**
 * Every code that an error thrown by this library carries.
 *
 * | code | meaning |
 * | --- | --- |
 * | `BAD_ARGUMENT` | an option, state or block field has the wrong type, form or range; `field` and `value` say which |
 * | `BAD_FILE` | a block file cannot be read, is truncated or is not in the block-file format |
 * | `UNSUPPORTED_CHAIN` | the chain or fork has rules that the engine does not implement |
 * | `UNSUPPORTED_EXECUTION` | the requested execution path is not available |
 * | `STATE_TOO_LARGE` | the state or block does not fit the shared memory (`memory.maxBytes`) |
 * | `MISSING_CODE` | a code that execution needs is not in the state; `field` is its hash |
 * | `MISSING_BLOCK_HASH` | BLOCKHASH asked for a block that `blockHashes` does not hold |
 * | `SLOT_DIED` | a worker slot crashed or was terminated while it ran |
 * | `CLOSED` | the engine, state or prepared block was used after `close()` or `dispose()` |
 * | `ABORTED` | the caller's signal fired |
 * | `INTERNAL` | a fault of this library |
 */
export type ErrorCode =
  | 'BAD_ARGUMENT'
  | 'BAD_FILE'
  | 'UNSUPPORTED_CHAIN'
  | 'UNSUPPORTED_EXECUTION'
  | 'STATE_TOO_LARGE'
  | 'MISSING_CODE'
  | 'MISSING_BLOCK_HASH'
  | 'SLOT_DIED'
  | 'CLOSED'
  | 'ABORTED'
  | 'INTERNAL';

export interface ErrorFacts {
  /** The option or field at fault, as a path (`transactions[3].nonce`). */
  field?: string;
  /** The value that was got. */
  value?: unknown;
  txIndex?: number;
  cause?: unknown;
}

/** The one error class of this library: switch on `code`; `field` and `value` name what was wrong. */
export class ParallelEvmError extends Error {
  override readonly name = 'ParallelEvmError';
  readonly code: ErrorCode;
  readonly field?: string;
  readonly value?: unknown;
  readonly txIndex?: number;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    if (facts.field !== undefined) this.field = facts.field;
    if ('value' in facts) this.value = facts.value;
    if (facts.txIndex !== undefined) this.txIndex = facts.txIndex;
  }
}

const show = (value: unknown): string => {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

/** A `BAD_ARGUMENT`: `"slots" must be 1..64, got 0`. */
export function badArgument(field: string, must: string, value: unknown): ParallelEvmError {
  return new ParallelEvmError('BAD_ARGUMENT', `"${field}" must be ${must}, got ${show(value)}`, { field, value });
}
