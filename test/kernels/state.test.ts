import { beforeEach, describe, expect, test } from 'vitest';
import {
  ACCOUNT_BASE,
  ACCOUNT_HAS_STORAGE,
  CODE_BITMAP,
  CODE_FLAGS,
  CODE_IS_DELEGATION,
  REC_BALANCE,
  REC_NONCE,
  SLOT_BASE,
} from '../../assembly/layout.ts';
import { type Bench, benchWithState } from './space.ts';

const address = (n: number): Uint8Array =>
  Uint8Array.from({ length: 20 }, (_, i) => (i < 16 ? i : (n >>> (8 * (19 - i))) & 0xff));

describe('the state table', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await benchWithState();
  });

  const setAccount = (n: number, nonce: bigint, balance: bigint, code = 0): number => {
    const { space, state, temp } = bench;
    space.views.fresh().setBigEndian(temp, address(n), 24);
    space.views.setU256(temp + 32, balance);
    return space.core.stateSetAccount(state, temp, nonce, temp + 32, code) >>> 0;
  };
  const findAccount = (n: number): number => {
    const { space, state, temp } = bench;
    space.views.fresh().setBigEndian(temp, address(n), 24);
    return space.core.stateFindAccount(state, temp) >>> 0;
  };
  const setSlot = (account: number, number: bigint, value: bigint): number => {
    const { space, state, temp } = bench;
    space.views.fresh().setU256(temp, number);
    space.views.setU256(temp + 32, value);
    return space.core.stateSetSlot(state, account, temp, temp + 32);
  };
  const slotValue = (account: number, number: bigint): bigint | undefined => {
    const { space, state, temp } = bench;
    space.views.fresh().setU256(temp, number);
    const entry = space.core.stateFindSlot(state, account, temp) >>> 0;
    return entry === 0 ? undefined : space.views.u256(entry + SLOT_BASE);
  };

  test('finds each of many accounts, and no other, while its directory grows', () => {
    const entries = Array.from({ length: 20_000 }, (_, n) => setAccount(n, BigInt(n), BigInt(n) * 10n ** 18n));
    for (const n of [0, 1, 4095, 8191, 8192, 19_999]) {
      const entry = findAccount(n);
      expect(entry).toBe(entries[n]);
      expect(bench.space.views.u64(entry + ACCOUNT_BASE + REC_NONCE)).toBe(BigInt(n));
      expect(bench.space.views.u256(entry + ACCOUNT_BASE + REC_BALANCE)).toBe(BigInt(n) * 10n ** 18n);
    }
    expect(findAccount(20_000)).toBe(0);
  });

  test('setting an account again changes it in place', () => {
    const entry = setAccount(7, 1n, 2n);
    expect(setAccount(7, 3n, 4n)).toBe(entry);
    expect(bench.space.views.u64(entry + ACCOUNT_BASE + REC_NONCE)).toBe(3n);
  });

  test('keeps the same slot numbers of many accounts apart', () => {
    const accounts = Array.from({ length: 2_000 }, (_, n) => setAccount(n, 0n, 1n));
    for (const [n, account] of accounts.entries())
      for (const number of [0n, 1n, 2n ** 255n]) setSlot(account, number, BigInt(n + 1) + number);
    for (const n of [0, 1_000, 1_999])
      for (const number of [0n, 1n, 2n ** 255n])
        expect(slotValue(accounts[n] as number, number)).toBe(BigInt(n + 1) + number);
    expect(slotValue(accounts[0] as number, 3n)).toBeUndefined();
  });

  test('an account knows that it has storage (EIP-7610)', () => {
    const account = setAccount(1, 0n, 0n);
    expect(bench.space.views.u32(account + ACCOUNT_HAS_STORAGE)).toBe(0);
    setSlot(account, 5n, 6n);
    expect(bench.space.views.u32(account + ACCOUNT_HAS_STORAGE)).toBe(1);
  });

  const setCode = (bytes: Uint8Array): number => {
    const { space, state } = bench;
    const src = space.alloc(bytes.length + 64, 'a code');
    space.views.bytes.set(bytes, src);
    return space.core.stateSetCode(state, 0, src, bytes.length) >>> 0;
  };

  test('holds a code once per hash', () => {
    const code = Uint8Array.of(0x60, 0x01, 0x50, 0x00);
    expect(setCode(code)).toBe(setCode(code));
    expect(setCode(Uint8Array.of(0x00))).not.toBe(setCode(code));
  });

  test('push data is no jump destination, whatever it looks like', () => {
    // PUSH2 5b5b JUMPDEST PUSH32 (cut off after one byte 5b)
    const object = setCode(Uint8Array.of(0x61, 0x5b, 0x5b, 0x5b, 0x7f, 0x5b));
    const { views } = bench.space;
    const bitmap = views.u32(object + CODE_BITMAP);
    const marked = [0, 1, 2, 3, 4, 5].filter(
      (i) => (((views.bytes[bitmap + (i >> 3)] as number) >> (i & 7)) & 1) === 1,
    );
    expect(marked).toEqual([3]);
  });

  test('only 23 bytes that begin with ef0100 are a delegation (EIP-7702)', () => {
    const { views } = bench.space;
    const designator = Uint8Array.from([0xef, 0x01, 0x00, ...address(9)]);
    const isDelegation = (code: Uint8Array): boolean =>
      (views.fresh().u32(setCode(code) + CODE_FLAGS) & CODE_IS_DELEGATION) !== 0;
    expect(isDelegation(designator)).toBe(true);
    expect(isDelegation(Uint8Array.from([...designator, 0]))).toBe(false);
    expect(isDelegation(Uint8Array.from([0xef, 0x00, ...designator.subarray(2)]))).toBe(false);
  });
});
