// The head of a segment says what its instructions need together: gas, and stack on the way in. Against a model that walks
// the code instruction by instruction, on random code, from every instruction on.

import { beforeAll, expect, test } from 'vitest';
import {
  CTX_SCRATCH,
  CTX_SPEC,
  CTX_STATE,
  FR_BITMAP,
  FR_BYTES,
  FR_CODE,
  FR_CODE_BYTES,
  SCRATCH_BYTES,
  SEG_GAS,
  SEG_LEAST,
  SEG_PC,
  SEG_RANGE,
  SPEC_BYTES,
  STACK_LIMIT_BYTES,
} from '../../assembly/layout.ts';
import { opcodeTable } from '../../src/spec/opcodes.ts';
import { forkRecord } from '../../src/spec/rules.ts';
import { compileAs, sharedMemory } from '../as.ts';
import { Random } from '../block/blocks.ts';

const SEED = Number(process.env.SEED ?? 7);
const FORKS = [
  'chainstart',
  'homestead',
  'tangerineWhistle',
  'byzantium',
  'constantinople',
  'istanbul',
  'berlin',
  'london',
  'shanghai',
  'cancun',
];

const CONTEXT = 131_072;
const SPEC: number = CONTEXT + CTX_SCRATCH + SCRATCH_BYTES;
const FRAME: number = SPEC + SPEC_BYTES;
const BITMAP: number = FRAME + FR_BYTES;
const CODE: number = BITMAP + 1024;
const STREAMS: number = CODE + 8192;
const STREAMS_BYTES = 2 ** 17;

interface Kernels {
  bind(context: number): void;
  placeStreams(context: number, at: number, bytes: number): void;
  markJumpDestinations(code: number, length: number, bitmap: number): void;
  segmentAt(context: number, frame: number, pc: number): number;
}

const memory = sharedMemory();
const bytes = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);
let kernels: Kernels;

beforeAll(async () => {
  const module = await compileAs(`
export { bind } from './assembly/context';
export { markJumpDestinations } from './assembly/code';
export { placeStreams } from './assembly/streams';
export { segmentAt } from './assembly/decode';
`);
  kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  kernels.bind(CONTEXT);
  bytes.set(forkRecord('cancun'), SPEC);
  view.setUint32(CONTEXT + CTX_SPEC, SPEC, true);
  view.setUint32(CONTEXT + CTX_STATE, 0, true);
});

function place(code: Uint8Array): void {
  bytes.fill(0, CODE, CODE + code.length + 64);
  bytes.set(code, CODE);
  bytes.fill(0, FRAME, FRAME + FR_BYTES);
  view.setUint32(FRAME + FR_CODE, CODE, true);
  view.setUint32(FRAME + FR_CODE_BYTES, code.length, true);
  view.setUint32(FRAME + FR_BITMAP, BITMAP, true);
  kernels.markJumpDestinations(CODE, code.length, BITMAP);
  kernels.placeStreams(CONTEXT, STREAMS, STREAMS_BYTES);
}

const TABLE = opcodeTable(FORKS);
/** Instructions behind which a segment ends, and before which. */
const ENDS = new Set([0x00, 0x55, 0x56, 0x57, 0x5a, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xfa, 0xfd, 0xff]);
const BEGINS = new Set([0x3b, 0x3c, 0x40, 0x5b]);
const UNDEFINED = 0xffff;
const isPush = (op: number): boolean => op >= 0x60 && op <= 0x7f;
const after = (code: Uint8Array, pc: number): number => {
  const op = code[pc] ?? 0;
  return pc + 1 + (isPush(op) ? op - 0x5f : 0);
};

/** Gas of the segment from `start` on, and the stack sizes with which none of its instructions fails. */
function model(code: Uint8Array, start: number): { gas: number; passes: (used: number) => boolean } {
  const rows: { takes: number; most: number; growth: number }[] = [];
  let gas = 0;
  for (let pc = start; ; pc = after(code, pc)) {
    const op = code[pc] ?? 0;
    const facts = TABLE[op] as bigint;
    const takes = Number((facts >> 16n) & 0xffffn);
    if (takes === UNDEFINED || (pc !== start && BEGINS.has(op))) break;
    gas += Number(facts & 0xffffn);
    rows.push({ takes, most: Number((facts >> 32n) & 0xffffn), growth: Number(BigInt.asIntN(16, facts >> 48n)) });
    if (ENDS.has(op)) break;
  }
  const passes = (used: number): boolean => {
    let height = used;
    return rows.every(({ takes, most, growth }) => {
      const fits = height >= takes && height <= most;
      height += growth;
      return fits;
    });
  };
  return { gas, passes };
}

/** Mostly what programs consist of, but no EXP: its gas depends on constants that the decoder may know. */
function randomCode(random: Random, length: number): Uint8Array {
  const usual = [
    0x01, 0x03, 0x15, 0x16, 0x1b, 0x50, 0x51, 0x52, 0x54, 0x5f, 0x60, 0x61, 0x80, 0x81, 0x8f, 0x90, 0x91, 0x9f,
  ];
  return Uint8Array.from({ length }, () => {
    const op = random.below(4) === 0 ? random.below(256) : (usual[random.below(usual.length)] as number);
    return op === 0x0a ? 0x0b : op;
  });
}

function expectModel(code: Uint8Array): void {
  for (let pc = 0; pc < code.length; pc = after(code, pc)) {
    place(code); // afresh, for segments are cut where the area ends
    const segment = kernels.segmentAt(CONTEXT, FRAME, pc) >>> 0;
    const { gas, passes } = model(code, pc);
    const least = view.getUint16(segment + SEG_LEAST, true);
    const most = least + view.getUint16(segment + SEG_RANGE, true);
    const where = `offset ${pc}, seed ${SEED}, code ${Buffer.from(code).toString('hex')}`;
    expect(view.getUint32(segment + SEG_PC, true), where).toBe(pc);
    expect(view.getUint32(segment + SEG_GAS, true), where).toBe(gas);
    for (const used of [0, least - 32, least, most, most + 32, STACK_LIMIT_BYTES]) {
      if (used < 0 || used > STACK_LIMIT_BYTES) continue;
      expect(used >= least && used <= most, `${used} B of stack, ${where}`).toBe(passes(used));
    }
  }
}

test('random code', () => {
  const random = new Random(SEED);
  for (let i = 0; i < 100; i++) expectModel(randomCode(random, 1 + random.below(200)));
});

test('code that no stack is deep enough for, and none is empty enough', () => {
  expectModel(new Uint8Array(2000).fill(0x50));
  expectModel(new Uint8Array(1030).fill(0x5f));
});

test('code that ends in the middle of its push data', () => {
  expectModel(Uint8Array.of(0x01, 0x7f));
  expectModel(Uint8Array.of(0x61, 0x5b));
});
