// Vectors that the EIPs themselves publish. Those for the BLS12-381 operations (EIP-2537) and P256 (EIP-7951, one of each
// kind of fault) are in test/precompiles/eip-vectors.json.gz: address, name, input, expected output (null: failure).

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import * as layout from '../../assembly/layout.ts';
import { loadPrecompiles } from '../../src/precompiles/host.ts';
import { compileMcl } from '../../src/precompiles/mcl-module.ts';
import { modexpInput } from './inputs.ts';
import { createMachine, type Machine } from './machine.ts';
import { join, word } from './seeded.ts';

type Vector = [id: number, name: string, input: string, expected: string | null];

const file = new URL('./eip-vectors.json.gz', import.meta.url);
const vectors = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Vector[];
const FAILURE = 'failure';

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine(await loadPrecompiles(await compileMcl()));
});

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

function run(id: number, input: Uint8Array, fork = 'osaka'): string {
  const { output } = machine.run(id, input, fork);
  return output === undefined ? FAILURE : Buffer.from(output).toString('hex');
}

describe('EIP-2537 and EIP-7951', () => {
  const ids = [...new Set(vectors.map(([id]) => id))];

  test('have vectors for every address', () => {
    expect(ids.sort((a, b) => a - b)).toEqual([11, 12, 13, 14, 15, 16, 17, 256]);
  });

  test.each(ids)('every vector of address %i', (id) => {
    for (const [, name, input, expected] of vectors.filter(([of]) => of === id))
      expect(run(id, bytes(input)), name).toBe(expected ?? FAILURE);
  });
});

describe('EIP-152', () => {
  const STATE =
    '48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b';
  const input = (rounds: string, final: string): string =>
    `${rounds}${STATE}616263${'00'.repeat(125)}03${'00'.repeat(15)}${final}`;

  test.each([
    ['1, a length of 212', input('00000c', '01'), FAILURE],
    ['2, a length of 214', input('000000000c', '01'), FAILURE],
    ['3, a final flag of 2', input('0000000c', '02'), FAILURE],
    [
      '5, twelve rounds',
      input('0000000c', '01'),
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    ],
    [
      '6, twelve rounds of a block that is not the last',
      input('0000000c', '00'),
      '75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d2875298743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735',
    ],
  ])('vector %s', (_name, text, expected) => {
    expect(run(layout.PC_BLAKE2F, bytes(text))).toBe(expected);
  });
});

describe('EIP-198', () => {
  // 3^65535 mod 2^255, worked out here: the text gives the operands only.
  const expected = Buffer.from(word(3n ** 65_535n % 2n ** 255n)).toString('hex');

  test('ignores what follows the modulus, and reads zeros where the input ends within it', () => {
    const lengths = [1n, 2n, 32n].map((length) => word(length));
    const whole = join(...lengths, bytes('03ffff80'), new Uint8Array(31), bytes('07'));
    for (const fork of ['byzantium', 'berlin', 'osaka']) {
      expect(run(layout.PC_MODEXP, whole, fork)).toBe(expected);
      expect(run(layout.PC_MODEXP, join(...lengths, bytes('03ffff80')), fork)).toBe(expected);
    }
  });
});

describe('the prices of MODEXP in EIP-2565 and EIP-7883', () => {
  // The tables' "nagydani" rows: operands of 64 bytes and their doubles; squares, cubes and powers of 0x10001.
  const ROWS: [bytes: number, exponent: string, byzantium: bigint, berlin: bigint, osaka: bigint][] = [
    [64, '02', 204n, 200n, 500n],
    [64, '03', 204n, 200n, 500n],
    [64, '010001', 3276n, 341n, 2048n],
    [128, '02', 665n, 200n, 512n],
    [128, '03', 665n, 200n, 512n],
    [128, '010001', 10_649n, 1365n, 8192n],
    [256, '02', 1894n, 341n, 2048n],
    [256, '03', 1894n, 341n, 2048n],
    [256, '010001', 30_310n, 5461n, 32_768n],
    [512, '02', 5580n, 1365n, 8192n],
    [512, '03', 5580n, 1365n, 8192n],
    [512, '010001', 89_292n, 21_845n, 131_072n],
    [1024, '02', 17_868n, 5461n, 32_768n],
    [1024, '03', 17_868n, 5461n, 32_768n],
    [1024, '010001', 285_900n, 87_381n, 524_288n],
  ];

  test.each(ROWS)('%i bytes to the power of 0x%s', (length, exponent, ...prices) => {
    const operand = new Uint8Array(length).fill(0xe1);
    const input = modexpInput(operand, bytes(exponent), operand);
    const gas = ['byzantium', 'berlin', 'osaka'].map((fork) => machine.gas(layout.PC_MODEXP, input, fork));
    expect(gas).toEqual(prices);
  });
});
