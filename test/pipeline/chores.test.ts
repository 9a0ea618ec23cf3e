// What slots do that have nothing to execute: which transaction's signers, which receipts.
import { beforeEach, describe, expect, test } from 'vitest';
import {
  CTL_LEAVES,
  CTL_SLOTS,
  HEAP,
  LEAF_CHUNK,
  OUT_BYTES,
  OUT_CONTROL,
  OUT_LOGS_BYTES,
  SENDER_UNKNOWN,
  STEP_READY,
  STEP_RUN,
  TX_BYTES,
  TX_SENDER_PENDING,
} from '../../assembly/layout.ts';
import type { Arena } from '../../src/pipeline/attempts.ts';
import { advanceFrontier } from '../../src/pipeline/control.ts';
import type { Job } from '../../src/pipeline/job.ts';
import { findHeavy, hashHeavy, hashRest, nextChunk } from '../../src/pipeline/leaves.ts';
import { recoverAhead } from '../../src/pipeline/signers.ts';
import { emptyBlock } from '../dispatch/empty-block.ts';

const COUNT = 40;
const { views, txs, outcomes } = emptyBlock(COUNT);
const { words } = views;
const job = { count: COUNT, block: HEAP, txs, outcomes } as Job;

/** Steps whose signers were found out, and chunks that were hashed, in this order. */
const done: number[] = [];
const arena = {
  slot: 0,
  ctx: 0,
  views,
  core: {
    recoverSigners: (_ctx: number, tx: number) => done.push((tx - txs) / TX_BYTES + 1),
    hashReceipts: (_block: number, chunk: number) => done.push(chunk),
  },
} as unknown as Arena;

const outOf = (step: number): number => outcomes + OUT_BYTES * (step - 1);

beforeEach(() => {
  done.length = 0;
  views.bytes.fill(0);
  views.setU32(CTL_SLOTS, 2);
  for (let step = 1; step <= COUNT; step++) views.setU32(outOf(step) + OUT_CONTROL, STEP_READY);
});

describe('signers', () => {
  const pend = (...steps: number[]): void => {
    for (const step of steps) views.setU32(txs + TX_BYTES * (step - 1) + TX_SENDER_PENDING, SENDER_UNKNOWN);
  };

  test('are found out in block order, of transactions whose signers are not known', () => {
    pend(3, 5, 40);
    while (recoverAhead(arena, job));
    expect(done).toEqual([3, 5, 40]);
  });

  test('are found out once, and behind the frontier no more', () => {
    pend(...Array.from({ length: COUNT }, (_, i) => i + 1));
    expect(recoverAhead(arena, job)).toBe(true);
    advanceFrontier(words, 30);
    while (recoverAhead(arena, job));
    expect(done).toEqual([2, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    expect(recoverAhead(arena, job)).toBe(false);
  });

  test('of a transaction that is executed are left to that', () => {
    pend(4, 6);
    views.setU32(outOf(4) + OUT_CONTROL, STEP_RUN);
    while (recoverAhead(arena, job));
    expect(done).toEqual([6]);
  });
});

describe('receipts', () => {
  const log = (step: number, bytes: number): void => views.setU32(outOf(step) + OUT_LOGS_BYTES, bytes);
  const MANY = 2 ** 17;

  test('with many bytes of logs are hashed as soon as their chunk is confirmed, after the chunks before it', () => {
    log(20, MANY);
    advanceFrontier(words, 20);
    expect(hashHeavy(arena, job, 0)).toBe(1);
    expect(done).toEqual([]);
    advanceFrontier(words, 2 * LEAF_CHUNK + 1);
    expect(hashHeavy(arena, job, 1)).toBe(2);
    expect(done).toEqual([0, 1]);
  });

  test('are looked at once', () => {
    log(2, MANY);
    advanceFrontier(words, COUNT + 1);
    expect(findHeavy(words, job, 0)).toBe(0);
    expect(findHeavy(words, job, 1)).toBe(~3);
    expect(findHeavy(words, job, 3)).toBe(~3);
  });

  test('that another slot has are not hashed again', () => {
    log(2, MANY);
    advanceFrontier(words, COUNT + 1);
    views.setU32(CTL_LEAVES, 1);
    expect(hashHeavy(arena, job, 0)).toBe(1);
    expect(done).toEqual([]);
  });

  test('are all hashed at the end', () => {
    advanceFrontier(words, COUNT + 1);
    hashRest(arena, job);
    expect(done).toEqual([0, 1, 2]);
    expect(nextChunk(words)).toBe(3);
  });
});
