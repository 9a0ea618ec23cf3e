// Gas and stack are checked once per segment of code, and the results are those of checking each instruction: random
// programs at every gas limit, against an interpreter that does so.

import { bytesToHex } from '@ethereumjs/util';
import { type CallResult, createEngine, type Engine, type Hex, type State } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../block/blocks.ts';
import { push, sstore } from '../oracle/bytecode.ts';
import { logText, type ReferenceCallResult, referenceCall } from '../oracle/calls.mjs';
import * as make from '../oracle/hand-made.ts';

const SEED = Number(process.env.SEED ?? 20_261_124);
const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
const CALLEE: make.Hex = '0xc0de000000000000000000000000000000000002';
const INTRINSIC = 21_000n;
const AMPLE = 400_000n;

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ slots: 1 });
});
afterAll(() => engine?.close());

const fileOf = (code: string): make.BlockJson =>
  make.blockFile({
    fork: 'cancun',
    accounts: {
      [CONTRACT]: { nonce: 1, balance: 1n, code, storage: { 1: 7 } },
      [CALLEE]: { nonce: 1, code: `${sstore(2, 9)}${push(3)}54${push(0)}52${push(32)}${push(0)}f3`, storage: { 3: 5 } },
    },
  });

const stateOf = ({ preState, codes }: make.BlockJson): Promise<State> =>
  engine.createState(preState as Parameters<Engine['createState']>[0], { codes });

const comparable = ({ success, output, executionGasUsed, logs }: CallResult): ReferenceCallResult => ({
  success,
  output: bytesToHex(output),
  executionGasUsed,
  logs: logs.map(logText),
});

/** The same program at each of these limits of execution gas. */
async function expectEqualAt(code: string, limits: readonly bigint[]): Promise<void> {
  const file = fileOf(code);
  const state = await stateOf(file);
  const calls = limits.map((gas) => ({ to: CONTRACT as Hex, gas: INTRINSIC + gas }));
  const got = await engine.simulate({ state, block: { hardfork: 'cancun' }, calls });
  for (const [i, gas] of limits.entries()) {
    const expected = await referenceCall(file, 'cancun', {}, { to: CONTRACT, gas });
    expect(comparable(got[i] as CallResult), `gas ${gas}, seed ${SEED}, code ${code}`).toEqual(expected);
  }
  await state.dispose();
}

/** Every limit up to what the program needs, thinned out beyond 150. */
async function expectExactGas(code: string): Promise<void> {
  const { executionGasUsed } = await referenceCall(fileOf(code), 'cancun', {}, { to: CONTRACT, gas: AMPLE });
  const needed = Number(executionGasUsed);
  const step = Math.max(1, Math.floor(needed / 150));
  const limits = Array.from({ length: Math.floor(needed / step) + 2 }, (_, i) => BigInt(i * step));
  await expectEqualAt(
    code,
    [...limits, BigInt(needed - 1), BigInt(needed), BigInt(needed + 1), AMPLE].filter((gas) => gas >= 0n),
  );
}

const BINARY = [
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '07',
  '0b',
  '10',
  '11',
  '12',
  '13',
  '14',
  '16',
  '17',
  '18',
  '1a',
  '1b',
  '1c',
  '1d',
];
const UNARY = ['15', '19', '35', '51', '54', '5c', '31', '3b', '3f'];
const NULLARY = ['30', '32', '33', '34', '36', '38', '3a', '3d', '41', '43', '46', '47', '58', '59', '5a'];
const CALL = `${push(32)}${push(0)}${push(0)}${push(0)}${push(0)}${push(CALLEE)}5af1`;

/** DUP1 DUP2, a comparison, and ISZERO or not. */
const COMPARISONS = ['10', '11', '12', '13', '14'].flatMap((op) => [`8081${op}`, `8081${op}15`]);

/** Programs of instructions in sensible order, with jumps over parts of themselves and now and then a fault. */
class Program {
  readonly #random: Random;
  #code = '';
  #depth = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)] as T;
  }

  #constant(): string {
    const width = this.#pick([1, 1, 1, 2, 4, 8, 20, 32]);
    const byte = this.#pick(['00', 'ff', '01', '20', '40']);
    return push(`0x${byte.repeat(width)}`);
  }

  #push(): void {
    this.#code += this.#pick([
      this.#constant(),
      this.#constant(),
      push(this.#random.below(64)),
      '5f',
      this.#pick(NULLARY),
    ]);
    this.#depth++;
  }

  #need(items: number): void {
    while (this.#depth < items) this.#push();
  }

  /** A jump over some code, on a condition or not, to a constant or to what is one only at run time; needs an item. */
  #jump(): void {
    const test = this.#pick(['', '80', '8015', '801515', `80${push(0)}14`, ...COMPARISONS]);
    const body = this.#pick(['', '3050', `${push(1)}50`, '305030505b3050', sstore(4, 1)]);
    const jump = `${this.#pick(['', '3618'])}${test === '' ? '56' : '57'}`; // CALLDATASIZE XOR: 0, unknown to a decoder
    const to = (this.#code.length + test.length + 6 + jump.length + body.length) / 2;
    this.#code += `${test}61${to.toString(16).padStart(4, '0')}${jump}${body}5b`;
  }

  #step(): void {
    const kind = this.#random.below(100);
    if (kind < 30) this.#push();
    else if (kind < 50) {
      this.#need(2);
      this.#code += this.#pick(BINARY);
      this.#depth--;
    } else if (kind < 58) {
      this.#need(1);
      this.#code += this.#pick(UNARY.slice(0, 2));
    } else if (kind < 63) this.#code += `${push(this.#random.below(5))}${this.#pick(['54', '5c', '35', '51'])}50`;
    else if (kind < 73) {
      this.#need(3);
      const n = this.#random.below(3);
      const dup = this.#random.below(2) === 0;
      this.#code += dup ? (0x80 + n).toString(16) : (0x90 + Math.min(n, 1)).toString(16);
      if (dup) this.#depth++;
    } else if (kind < 78) {
      this.#need(2);
      this.#code += this.#pick(['50', '9050']);
      this.#depth--;
    } else if (kind < 83) {
      this.#need(1);
      this.#code += `${push(32 * this.#random.below(4))}52`;
      this.#depth--;
    } else if (kind < 86) this.#code += `${push(this.#random.below(40))}${push(this.#random.below(40))}2050`;
    else if (kind < 89) this.#code += sstore(this.#random.below(4), this.#random.below(3));
    else if (kind < 92) {
      this.#need(1);
      this.#jump();
    } else if (kind < 94) {
      this.#code += CALL;
      this.#depth++;
    } else if (kind < 96) this.#code += `${push(this.#random.below(3))}${push(0)}${push(0)}a1`;
    else if (kind < 98) this.#code += `${push(this.#random.below(300))}${push(this.#random.below(5))}0a50`;
    else this.#code += this.#pick(['5b', '5a50', '3d50', '5950', `${push(CALLEE)}3b50`, `${push(1)}4350`]);
  }

  make(steps: number): string {
    for (let i = 0; i < steps; i++) this.#step();
    const fault = this.#random.below(12);
    if (fault === 0) this.#code += '50'.repeat(this.#depth + 1);
    if (fault === 1) this.#code += 'fe';
    if (fault === 2) this.#code += `${push(1)}56`;
    if (fault === 3) this.#code += '5f5ffd';
    this.#need(1);
    return `${this.#code}${push(0)}52${push(128)}${push(0)}f3`;
  }
}

describe('a program fails at exactly the gas limits at which it fails instruction by instruction', () => {
  const hand: Record<string, string> = {
    'constants of a mask': `30${push(1)}${push(1)}${push(0xa0)}1b0316${push(0)}52${push(32)}${push(0)}f3`,
    'GAS behind taken and untaken branches': `${push(1)}6007575a505b5a${push(0)}52${push(32)}${push(0)}f3`,
    'the sentry of SSTORE': `${sstore(1, 7)}${sstore(1, 8)}${sstore(1, 0)}00`,
    'a call with all gas but a 64th': `${CALL}${push(0)}52${push(64)}${push(0)}f3`,
    'EXP of constants': `${push(0x1234)}${push(3)}0a${push(0)}52${push(32)}${push(0)}f3`,
    'a stack that overflows': `5b${push(0)}${'80'.repeat(40)}${push(0)}56`,
    'a cold slot just before the end': `${push(9)}5400`,
    'a selector': `${push('0x11223344')}8063112233441461000e575f5ffd5b${push(0)}52${push(32)}${push(0)}f3`,
  };
  test.each(Object.entries(hand))('%s', (_name, code) => expectExactGas(code));

  test.each(Array.from({ length: 40 }, (_, i) => i))('random program %i', async (i) => {
    await expectExactGas(new Program(new Random(SEED + i)).make(12 + i));
  });
});

test('random programs end alike with gas enough', async () => {
  for (let i = 0; i < 300; i++)
    await expectEqualAt(new Program(new Random(SEED + 1000 + i)).make(60), [AMPLE, 30_000n]);
});

test('code that fills the memory for streams many times over still finds its way back to its caller', async () => {
  const INIT_BYTES = 49_152; // the longest init code (EIP-3860)
  const loop = (at: number): string =>
    `${push('0x00')}5b61${INIT_BYTES.toString(16)}61${at.toString(16).padStart(4, '0')}5f39` + // CODECOPY
    `61${INIT_BYTES.toString(16)}5f5ff0` + // CREATE
    `50${push(1)}0180${push(12)}116002575f52${push(32)}5ff3`;
  const head = loop(loop(0).length / 2);
  const code = head + '5b'.repeat(INIT_BYTES);
  const file = fileOf(code);
  const state = await stateOf(file);
  const gas = 5_000_000n;
  const got = await engine.call({ state, to: CONTRACT, gas: INTRINSIC + gas, block: { hardfork: 'cancun' } });
  expect(got.success).toBe(true);
  expect(comparable(got)).toEqual(await referenceCall(file, 'cancun', {}, { to: CONTRACT, gas }));
  await state.dispose();
});
