/** How a frame failed, in the reference's words and in ours. All exceptional halts cost the same, so the reason is a finer point. */
import { EVMError } from '@ethereumjs/evm';
import { isFrom } from './forks.mjs';

const { errorMessages: SAID } = EVMError;
/** A bad input that could not be paid for either may be called the one or the other. */
const PRECOMPILE = ['PRECOMPILE_FAILED', 'OUT_OF_GAS'];

/** @type {Readonly<Record<string, readonly string[]>>} */
const CLASSES = {
  // RETURNDATACOPY is refused with it; and no rule orders the checks for gas, stack and code
  [SAID.OUT_OF_GAS]: ['OUT_OF_GAS', 'RETURN_DATA_OUT_OF_BOUNDS', 'STACK', 'CODE_REJECTED'],
  [SAID.CODESTORE_OUT_OF_GAS]: ['OUT_OF_GAS'],
  [SAID.CODESIZE_EXCEEDS_MAXIMUM]: ['CODE_REJECTED', 'OUT_OF_GAS'], // a code too long that could not be paid for either
  [SAID.INVALID_BYTECODE_RESULT]: ['CODE_REJECTED'],
  [SAID.INITCODE_SIZE_VIOLATION]: ['OUT_OF_GAS'],
  [SAID.STACK_UNDERFLOW]: ['STACK'],
  [SAID.STACK_OVERFLOW]: ['STACK'],
  [SAID.INVALID_JUMP]: ['BAD_JUMP'],
  [SAID.INVALID_OPCODE]: ['INVALID_OPCODE'],
  [SAID.REVERT]: ['REVERT', ...PRECOMPILE], // KZG is refused with it
  [SAID.STATIC_STATE_CHANGE]: ['STATIC_VIOLATION'],
  [SAID.CREATE_COLLISION]: ['CREATE_COLLISION'],
  [SAID.OUT_OF_RANGE]: PRECOMPILE,
  [SAID.INVALID_INPUT_LENGTH]: PRECOMPILE,
  [SAID.BLS_12_381_POINT_NOT_ON_CURVE]: PRECOMPILE,
  [SAID.BLS_12_381_INPUT_EMPTY]: PRECOMPILE,
  [SAID.BLS_12_381_FP_NOT_IN_FIELD]: PRECOMPILE,
  [SAID.INVALID_COMMITMENT]: PRECOMPILE,
  [SAID.INVALID_INPUTS]: PRECOMPILE,
  [SAID.INVALID_PROOF]: PRECOMPILE,
};

const MODEXP = `0x${'5'.padStart(40, '0')}`;

/** The reference calls it out of gas when an operand is longer than EIP-7823 allows. @param {string} fork @param {string | null} to */
const refusesLongOperands = (fork, to) => to === MODEXP && isFrom(fork, 'osaka');

/**
 * What the reference said as we would: our own word if it is one of those that fit.
 * @param {string | undefined} said @param {string | undefined} ours
 * @param {{ fork: string, to: string | null }} about of the transaction
 */
export function haltClass(said, ours, { fork, to }) {
  if (said === undefined) return undefined;
  const fitting = CLASSES[said.startsWith(SAID.INVALID_JUMP) ? SAID.INVALID_JUMP : said];
  if (fitting === undefined) return said;
  if (ours === 'PRECOMPILE_FAILED' && said === SAID.OUT_OF_GAS && refusesLongOperands(fork, to)) return ours;
  return ours !== undefined && fitting.includes(ours) ? ours : fitting[0];
}
