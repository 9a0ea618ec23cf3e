// The check of the built module: each rule is broken once by a module that asc really makes.

import { expect, test } from 'vitest';
import { buildFaults, moduleFaults, pairFaults } from '../scripts/check-wasm.mjs';
import { textOf } from './as.ts';

const CONTROL = 131_072;
const RELEASE = '-O3 --noAssert --use abort=';
/** memoryBase of the flags. */
const BASE = 65_536;

const faultsOf = (wat: string, control = CONTROL): string[] => moduleFaults({ wat, wasmBytes: 1000, control });

test('the module that was built has no faults', () => {
  expect(buildFaults()).toEqual([]);
});

test('a kernel that only computes has no faults', async () => {
  const wat = await textOf('export function f(at: usize): u64 { return load<u64>(at) + 1; }', RELEASE);
  expect(faultsOf(wat)).toEqual([]);
});

test.each([
  ['an array', 'export function f(n: i32): i32 { const a = new Array<i32>(n); a[0] = n; return a[n - 1]; }'],
  ['an object', 'class P { x: i32 = 1; } export function f(n: i32): P { const p = new P(); p.x = n; return p; }'],
  ['a string', "export function f(n: i32): string { return 'a' + n.toString(); }"],
])('%s on the heap is a fault', async (_what, source) => {
  expect(faultsOf(await textOf(source, RELEASE)).join()).toMatch(/may not allocate, but the module has \$~lib/);
});

test('a mutable global is a fault, and is named', async () => {
  const wat = await textOf('let count: i32 = 0; export function f(): i32 { return ++count; }', RELEASE);
  expect(faultsOf(wat)).toEqual([expect.stringMatching(/only the context may be a mutable global.*count/)]);
});

test('an assertion that throws through abort is a fault', async () => {
  const wat = await textOf('export function f(n: i32): i32 { assert(n > 0); return n; }', '-O3');
  expect(faultsOf(wat).join()).toMatch(/imports abort/);
});

test('static data that reach into the dealt-out memory are a fault', async () => {
  const source = 'export function f(i: i32): u8 { return load<u8>(memory.data<u8>([1, 2, 0x22, 0x5c, 5]) + i); }';
  const wat = await textOf(source, RELEASE);
  expect(faultsOf(wat, BASE + 5)).toEqual([]);
  expect(faultsOf(wat, BASE + 4)).toEqual([
    `static data end at ${BASE + 5}, beyond CONTROL (${BASE + 4}) of layout.ts`,
  ]);
});

test('a module that is too large is a fault', () => {
  expect(moduleFaults({ wat: '', wasmBytes: 200_001, control: CONTROL })).toEqual([
    expect.stringMatching(/200001 bytes, the limit is 200000/),
  ]);
});

test('modules over one memory that write other static data are a fault', async () => {
  const module = (bytes: string) => textOf(`export function f(): u8 { return load<u8>(memory.data<u8>([${bytes}])); }`);
  expect(pairFaults(await module('1, 2'), await module('1, 2'))).toEqual([]);
  expect(pairFaults(await module('1, 2'), await module('1, 3'))).toEqual([
    expect.stringMatching(/static data .* differ/),
  ]);
});
