/**
 * Two loops of nothing but instructions: arithmetic of a million rounds at 81 gas, and a chain of 300,000 KECCAK256 over
 * one word at 80 gas a round. What they leave is the output, so both sides must have computed all of it.
 */
import { assemble, jumpIf, label, put } from '../scripts/showcase/assembler.mjs';

/** @typedef {import('./calls.mjs').CallCase} CallCase */
/** @typedef {import('../scripts/showcase/assembler.mjs').Code} Code */

const CALLER = `0x${'ca'.repeat(20)}`;
const CONTRACT = `0x${'c0de'.repeat(10)}`;
const ARITHMETIC_ROUNDS = 1_000_000;
const KECCAK_ROUNDS = 300_000;

/** Keeps the counter below what `body` works on. @param {number} rounds @param {Code[]} body @returns {Code[]} */
const arithmeticLoop = (rounds, body) => [
  [0, 1, label('round')],
  [...body],
  ['SWAP1', 1, 'ADD', 'SWAP1'],
  [rounds, 'DUP3', 'LT', jumpIf('round')],
];

/** 46 gas: multiplications, shifts, additions, bitwise. @type {Code[]} */
const MIX = [
  [31, 'MUL', 'DUP2', 'ADD'],
  ['DUP1', 7, 'SHR', 'XOR'],
  ['DUP1', 13, 'SHL', 'XOR'],
  [3, 'MUL'],
];

/** The hash stays in memory, the counter on the stack. @param {number} rounds @returns {Code[]} */
const keccakLoop = (rounds) => [
  [0, label('round')],
  [32, 0, 'KECCAK256', 'NOT', 0, 'MSTORE'],
  [1, 'ADD', rounds, 'DUP2', 'LT', jumpIf('round')],
];

/** @type {Code[]} */
const RETURN_WORD = [32, 0, 'RETURN'];

/** @param {string} name @param {Code[]} code @param {number} rounds @param {number} gasPerRound @returns {CallCase & { least: number }} */
function loopCase(name, code, rounds, gasPerRound) {
  const preState = {
    [CALLER]: { nonce: '0x0', balance: '0x0' },
    [CONTRACT]: { nonce: '0x1', balance: '0x0', code: `0x${assemble(...code)}` },
  };
  return {
    name,
    file: { preState, codes: {} },
    block: { hardfork: 'osaka', number: 24_000_000, timestamp: 1_766_000_000, gasLimit: 200_000_000n },
    call: { from: CALLER, to: CONTRACT, data: '0x', gas: 120_000_000n },
    least: rounds * gasPerRound,
  };
}

/** @returns {CallCase[]} */
export const loopCases = () => [
  loopCase(
    'arithmetic loop',
    [...arithmeticLoop(ARITHMETIC_ROUNDS, MIX), ...put(0, ['DUP1']), ...RETURN_WORD],
    ARITHMETIC_ROUNDS,
    81,
  ),
  loopCase('keccak loop', [...keccakLoop(KECCAK_ROUNDS), ...RETURN_WORD], KECCAK_ROUNDS, 80),
];
