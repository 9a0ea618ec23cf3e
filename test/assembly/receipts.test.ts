import { createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { Bloom, encodeReceipt } from '@ethereumjs/vm';
import { describe, expect, it } from 'vitest';
import {
  HEAP,
  LOG_ADDRESS,
  LOG_BODY,
  LOG_BYTES,
  LOG_DATA_BYTES,
  LOG_TOPICS,
  SCRATCH_BYTES,
} from '../../assembly/layout.ts';
import { compileAs, sharedMemory } from '../as.ts';

const SEED = Number(process.env['SEED'] ?? 20252);

/** mulberry32: below(n) is 0..n-1. */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** Address, topics, data: as `@ethereumjs/vm` has them in a receipt. */
type Log = [Uint8Array, Uint8Array[], Uint8Array];

interface ReceiptKernel {
  bind(context: number): void;
  bloomLogs(bloom: number, logs: number, count: number): void;
  bloomOr(dst: number, src: number): void;
  size(type: number, gas: bigint, logs: number, count: number, root: number): number;
  encode(
    dst: number,
    type: number,
    status: number,
    gas: bigint,
    bloom: number,
    logs: number,
    count: number,
    root: number,
  ): number;
  putBytes(dst: number, src: number, len: number): number;
  bytesSize(src: number, len: number): number;
  putU64(dst: number, v: bigint): number;
  u64Size(v: bigint): number;
  putListHeader(dst: number, len: number): number;
  listSize(len: number): number;
  trieWork(items: number, count: number): number;
  trieRoot(items: number, count: number, dst: number, work: number): void;
}

const memory = sharedMemory(512);
const bytes = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);
const BLOOM = HEAP + 0x10000;
const ROOT = BLOOM + 256;
const LOGS = BLOOM + 1024;
const kernel = await loadKernel();

async function loadKernel(): Promise<ReceiptKernel> {
  const module = await compileAs(
    `import { receiptRlp, receiptRlpBytes } from './assembly/receipts';
    export { bind } from './assembly/context';
    export { bloomLogs, bloomOr } from './assembly/bloom';
    export { putBytes, bytesSize, putU64, u64Size, putListHeader, listSize } from './assembly/rlp';
    export { orderedTrieRoot as trieRoot, orderedTrieWorkBytes as trieWork } from './assembly/trie';
    export function size(type: i32, gas: u64, logs: usize, count: i32, root: usize): u32 {
      return receiptRlpBytes(type, gas, logs, count, root);
    }
    export function encode(
      dst: usize, type: i32, status: i32, gas: u64, bloom: usize, logs: usize, count: i32, root: usize,
    ): usize {
      return receiptRlp(dst, type, status, gas, bloom, logs, count, root);
    }`,
  );
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ReceiptKernel;
  bytes.fill(0xee, HEAP, HEAP + SCRATCH_BYTES + 1024); // what an earlier slot left in the scratch area must not matter
  exports.bind(HEAP);
  return exports;
}

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const cut = (from: number, to: number): string => hex(bytes.slice(from, to));

/** Lays log records out at `at`, returns their end. */
function layLogs(logs: Log[], at: number): number {
  for (const [address, topics, data] of logs) {
    const size = (LOG_BODY + topics.length * 32 + data.length + 7) & ~7;
    view.setUint32(at + LOG_BYTES, size, true);
    view.setUint32(at + LOG_TOPICS, topics.length, true);
    view.setUint32(at + LOG_DATA_BYTES, data.length, true);
    bytes.set(address, at + LOG_ADDRESS);
    topics.forEach((topic, i) => {
      bytes.set(topic, at + LOG_BODY + i * 32);
    });
    bytes.set(data, at + LOG_BODY + topics.length * 32);
    at += size;
  }
  return at;
}

function bloomOf(logs: Log[]): Uint8Array {
  const bloom = new Bloom();
  for (const [address, topics] of logs) for (const entry of [address, ...topics]) bloom.add(entry);
  return bloom.bitvector;
}

/** The kernel's bloom of these logs, left at BLOOM. */
function kernelBloom(logs: Log[]): string {
  bytes.fill(0, BLOOM, BLOOM + 256);
  layLogs(logs, LOGS);
  kernel.bloomLogs(BLOOM, LOGS, logs.length);
  return cut(BLOOM, BLOOM + 256);
}

/** The kernel's receipt of the logs at LOGS, checked against the size that it promised. */
function kernelReceipt(type: number, status: number, gas: bigint, logs: Log[], root = 0): string {
  kernelBloom(logs);
  const dst = (layLogs(logs, LOGS) + 64) & ~7;
  const end = kernel.encode(dst, type, status, gas, BLOOM, LOGS, logs.length, root);
  expect(kernel.size(type, gas, LOGS, logs.length, root)).toBe(end - dst);
  return cut(dst, end);
}

const below = seeded(SEED);
const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
const randomLog = (dataMax: number): Log => [
  randomBytes(20),
  Array.from({ length: below(5) }, () => randomBytes(32)),
  randomBytes(below(dataMax + 1)),
];
const randomLogs = (count: number, dataMax = 100): Log[] => Array.from({ length: count }, () => randomLog(dataMax));

/** `encodeReceipt` asks for more fields than it reads. */
const reference = (type: number, outcome: { status: 0 | 1 } | { stateRoot: Uint8Array }, gas: bigint, logs: Log[]) =>
  hex(
    encodeReceipt(
      { ...outcome, cumulativeBlockGasUsed: gas, bitvector: bloomOf(logs), logs } as Parameters<
        typeof encodeReceipt
      >[0],
      type as Parameters<typeof encodeReceipt>[1],
    ),
  );

describe('RLP', () => {
  const edges = [0n, 1n, 127n, 128n, 255n, 256n, 65_535n, 65_536n, (1n << 32n) - 1n, 1n << 32n, (1n << 64n) - 1n];
  it.each([...edges, ...Array.from({ length: 8 }, (_, i) => 0x9b3fn << BigInt(i * 6))])(
    'the number %s is encoded in its stated size and nothing behind it changes',
    (v) => {
      bytes.fill(0xee, LOGS, LOGS + 32);
      const end = kernel.putU64(LOGS, v);
      expect(cut(LOGS, end)).toBe(hex(RLP.encode(v)));
      expect(kernel.u64Size(v)).toBe(end - LOGS);
      expect(bytes[end]).toBe(0xee);
    },
  );

  it.each([0, 1, 2, 31, 55, 56, 57, 255, 256, 257, 65_535, 65_536])('a string of %i bytes', (length) => {
    for (const first of [0x00, 0x7f, 0x80, 0xff]) {
      const source = new Uint8Array(length).fill(first);
      bytes.set(source, LOGS);
      const dst = LOGS + length + 8;
      const end = kernel.putBytes(dst, LOGS, length);
      expect(cut(dst, end)).toBe(hex(RLP.encode(source)));
      expect(kernel.bytesSize(LOGS, length)).toBe(end - dst);
    }
  });

  it.each([0, 1, 55, 56, 255, 256, 65_535, 65_536])('header of a list with %i bytes of payload', (length) => {
    const end = kernel.putListHeader(LOGS, length);
    const whole = RLP.encode(Array.from({ length }, () => 1));
    expect(cut(LOGS, end)).toBe(hex(whole.slice(0, whole.length - length)));
    expect(kernel.listSize(length)).toBe(whole.length);
  });
});

describe(`blooms, SEED=${SEED}`, () => {
  it('hold three bits of each address and topic and none of the data', () => {
    for (const count of [0, 1, 2, 50, 400]) {
      const logs = randomLogs(count);
      expect(kernelBloom(logs)).toBe(hex(bloomOf(logs)));
    }
  });

  it('do not depend on what was hashed before', () => {
    const pool = randomLogs(40);
    pool.push([new Uint8Array(20), [new Uint8Array(32), new Uint8Array(32)], new Uint8Array()]);
    for (let round = 0; round < 200; round++) {
      const logs = Array.from({ length: 1 + below(12) }, () => pool[below(pool.length)] as Log);
      expect(kernelBloom(logs)).toBe(hex(bloomOf(logs)));
    }
  });

  it('an address and the topic that starts or ends with it are different entries', () => {
    const address = randomBytes(20);
    const padded = (offset: number): Uint8Array => {
      const topic = new Uint8Array(32);
      topic.set(address, offset);
      return topic;
    };
    for (const topics of [[padded(0)], [padded(12)], [padded(0), padded(12)]]) {
      const logs: Log[] = [[address, topics, new Uint8Array()]];
      expect(kernelBloom(logs)).toBe(hex(bloomOf(logs)));
      expect(kernelBloom([[address, [], new Uint8Array()]])).toBe(hex(bloomOf([[address, [], new Uint8Array()]])));
    }
  });

  it('the bloom of a block is the union of those of its receipts', () => {
    const [a, b] = [randomLogs(7), randomLogs(9)];
    bytes.set(bloomOf(a), LOGS);
    bytes.set(bloomOf(b), LOGS + 256);
    kernel.bloomOr(LOGS, LOGS + 256);
    expect(cut(LOGS, LOGS + 256)).toBe(hex(bloomOf([...a, ...b])));
  });
});

describe(`receipts, SEED=${SEED}`, () => {
  it.each([0, 1, 2, 3, 4])('of type %i equal the reference for any logs, status and gas', (type) => {
    for (let round = 0; round < 60; round++) {
      const logs = randomLogs(below(round < 50 ? 6 : 200), [1, 40, 300, 5000][below(4)]);
      const gas = 1n + (BigInt(below(2 ** 32)) >> BigInt(below(30)));
      const status = below(2) as 0 | 1;
      expect(kernelReceipt(type, status, gas, logs)).toBe(reference(type, { status }, gas, logs));
    }
  });

  it('before Byzantium hold the intermediate state root instead of the status', () => {
    const stateRoot = randomBytes(32);
    bytes.set(stateRoot, ROOT);
    const logs = randomLogs(3);
    expect(kernelReceipt(0, 0, 21_000n, logs, ROOT)).toBe(reference(0, { stateRoot }, 21_000n, logs));
  });

  it('of 64-bit gas and of 1 MB of data keep the size that was promised', () => {
    const logs: Log[] = [[randomBytes(20), [], new Uint8Array(1_000_000).fill(7)]];
    const gas = (1n << 64n) - 1n;
    expect(kernelReceipt(2, 1, gas, logs)).toBe(reference(2, { status: 1 }, gas, logs));
  });

  it('1346 of them with two logs each have the receipts root of the reference trie', async () => {
    const transfer = randomBytes(32);
    const all = Array.from({ length: 1346 }, (_, i) => ({
      type: i % 5,
      gas: BigInt((i + 1) * 52_000),
      logs: [0, 1].map((): Log => [randomBytes(20), [transfer, randomBytes(32), randomBytes(32)], randomBytes(32)]),
    }));
    const expected = all.map(({ type, gas, logs }) => Buffer.from(reference(type, { status: 1 }, gas, logs), 'hex'));
    const trie = await createMPT();
    const referenceStart = performance.now();
    for (const [i, receipt] of expected.entries()) await trie.put(RLP.encode(i), receipt);
    const referenceMs = performance.now() - referenceStart;
    const times = Array.from({ length: 15 }, () => kernelReceiptsRoot(all));
    expect(times[0]?.root).toBe(hex(trie.root()));
    const middle = times.map((t) => t.ms).sort((a, b) => a - b)[7] as number;
    console.log(
      `1346 receipts: kernels ${middle.toFixed(2)} ms (${times.map((t) => t.parts)[14]}), reference trie alone ${referenceMs.toFixed(0)} ms`,
    );
    expect(middle).toBeLessThan(referenceMs);
  });
});

/** Blooms, receipts and their root from log records, and how long that took. */
function kernelReceiptsRoot(all: { type: number; gas: bigint; logs: Log[] }[]): {
  root: string;
  ms: number;
  parts: string;
} {
  let at = LOGS;
  const logs = all.map((receipt) => {
    const from = at;
    at = layLogs(receipt.logs, at);
    return from;
  });
  const blooms = at;
  const items = blooms + all.length * 256;
  bytes.fill(0, blooms, items);
  let end = items + all.length * 8;
  const start = performance.now();
  all.forEach(({ logs: { length } }, i) => {
    kernel.bloomLogs(blooms + i * 256, logs[i] as number, length);
  });
  const bloomed = performance.now();
  all.forEach(({ type, gas, logs: { length } }, i) => {
    const from = end;
    end = kernel.encode(from, type, 1, gas, blooms + i * 256, logs[i] as number, length, 0);
    view.setUint32(items + i * 8, from, true);
    view.setUint32(items + i * 8 + 4, end - from, true);
  });
  const encoded = performance.now();
  const work = (end + 15) & ~7;
  expect(work + kernel.trieWork(items, all.length)).toBeLessThan(memory.buffer.byteLength);
  kernel.trieRoot(items, all.length, ROOT, work);
  const done = performance.now();
  const parts = `blooms ${(bloomed - start).toFixed(2)}, RLP ${(encoded - bloomed).toFixed(2)}, trie ${(done - encoded).toFixed(2)}`;
  return { root: cut(ROOT, ROOT + 32), ms: done - start, parts };
}
