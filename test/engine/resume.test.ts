// An attempt can stop and be entered again: whatever it waited for, it ends as if it had never stopped.

import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, test } from 'vitest';
import {
  STATUS_ABORTED,
  STATUS_HOST_NOT_READY,
  STATUS_MISSING_CODE,
  STATUS_MISSING_HASH,
  STATUS_REVERT,
  STATUS_STOP,
} from '../../assembly/layout.ts';
import type { HostPrecompile } from '../../src/core.ts';
import { NOT_LOADED } from '../../src/precompiles/types.ts';
import { push, REVERT, sstore } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';
import { type Ending, Stepper, type Stop } from './stepper.ts';

const SEED = process.env.SEED ?? 'resume';
const alice = make.person(SEED, 'alice');
const OUTER: make.Hex = '0x0e7e000000000000000000000000000000000001';
const INNER: make.Hex = '0x144e000000000000000000000000000000000002';
const ECRECOVER = 1;
const NUMBER = make.blockFile({ fork: 'cancun', accounts: {} }).number;

const word = (value: number): string => value.toString(16).padStart(64, '0');
/** CALL without value, 32 bytes in and out at 0; leaves the result. */
const call = (to: number | string, gas = 100_000): string =>
  [push(32), push(0), push(32), push(0), push(0), push(to), push(gas), 'f1'].join('');
const returnTop = `${push(0)}52${push(32)}${push(0)}f3`;
const returnMemory = `${push(32)}${push(0)}f3`;

/** Counts down from `times` around `body`, at the very start of a program, and goes back by JUMPI. */
function loopByJumpi(times: number, body: string): string {
  const head = push(times).length / 2;
  return `${push(times)}5b${body}${push(1)}900380${push(head)}5750`;
}

/** The same, where a JUMPI leaves the loop and a JUMP goes back. */
function loopByJump(times: number, body: string): string {
  const head = push(times).length / 2;
  const before = `${push(times)}5b${body}${push(1)}9003`;
  const exit = (before.length / 2 + 9).toString(16).padStart(4, '0');
  return `${before}801561${exit}57${push(head)}565b50`;
}

function scenario(code: string, inner = '', storage: Record<number, number> = {}): Scenario {
  return scenarioOf(
    make.blockFile({
      fork: 'cancun',
      accounts: {
        [alice.address]: { balance: make.ETHER },
        [OUTER]: { nonce: 1, code, storage },
        [INNER]: { nonce: 1, code: inner },
      },
      transactions: [make.signed('cancun', alice, { to: OUTER })],
    }),
  );
}

/** A host that writes one word; `answer` may refuse first. */
const hostThat =
  (answer: (memory: WebAssembly.Memory) => number) =>
  (memory: WebAssembly.Memory): HostPrecompile =>
  (_id, _src, _length, dst) => {
    const refused = answer(memory);
    if (refused < 0) return refused;
    new Uint8Array(memory.buffer).fill(0xab, dst >>> 0, (dst >>> 0) + 32);
    return 32;
  };
const ready = hostThat(() => 0);

/** Enters until the frames have ended; `repair` makes good what each stop complains about. */
function runToEnd(stepper: Stepper, repair: (stop: Stop) => void): { ending: Ending; stops: number[] } {
  const stops: number[] = [];
  for (;;) {
    const stop = stepper.run();
    if (stop.status === STATUS_STOP) return { ending: stepper.finish(), stops };
    stops.push(stop.status);
    if (stops.length > 1000) throw new Error(`no end in sight, seed ${SEED}`);
    repair(stop);
  }
}

const never = (): never => {
  throw new Error('this run must not stop');
};
const undisturbed = async (of: Scenario): Promise<Ending> => runToEnd(await Stepper.start(of, ready), never).ending;

describe('a precompile whose library is not there yet', () => {
  const programs: Record<string, Scenario> = {
    'in the outermost call': scenario(`${sstore(1, 7)}${call(ECRECOVER)}${push(2)}55${returnMemory}`),
    'in a nested call': scenario(
      `${call(INNER)}${push(2)}55${returnMemory}`,
      `${sstore(5, 6)}${call(ECRECOVER)}50${returnMemory}`,
    ),
    'in a call that is undone': scenario(`${call(INNER)}${push(2)}55${returnMemory}`, `${call(ECRECOVER)}${REVERT}`),
    'with hardly any gas': scenario(`${call(ECRECOVER, 3000)}${call(ECRECOVER, 2999)}${push(3)}55${push(2)}55`),
  };

  test.each(Object.entries(programs))('%s: the attempt stops and ends the same', async (_name, program) => {
    const expected = await undisturbed(program);
    expect(Object.keys(expected.diff)).toContain(alice.address);
    for (const refusals of [1, 2, 5]) {
      let left = refusals;
      const host = hostThat(() => (left-- > 0 ? NOT_LOADED : 0));
      const { ending, stops } = runToEnd(await Stepper.start(program, host), () => {});
      expect(stops).toEqual(Array(refusals).fill(STATUS_HOST_NOT_READY));
      expect(ending).toEqual(expected);
    }
  });

  test('a whole transaction that is reverted behind it is reverted', async () => {
    const { ending } = runToEnd(
      await Stepper.start(scenario(`${sstore(1, 7)}${call(ECRECOVER)}${REVERT}`), ready),
      never,
    );
    expect(ending.status).toBe(STATUS_REVERT);
    expect(ending.diff[OUTER]).toBeUndefined();
  });
});

describe('the abort word', () => {
  const loops: Record<string, string> = {
    'a loop by JUMPI': loopByJumpi(9, `${call(ECRECOVER)}50`),
    'a loop by JUMP': loopByJump(9, `${call(ECRECOVER)}50`),
  };

  test.each(Object.entries(loops))('%s stops at each way back and ends the same', async (_name, code) => {
    const program = scenario(`${code}${sstore(2, 8)}${returnMemory}`);
    const expected = await undisturbed(program);
    expect(expected.diff[OUTER]?.storage).toMatchObject({ [`0x${word(2)}`]: `0x${word(8)}` });
    let stepper: Stepper | undefined;
    const host = hostThat(() => {
      stepper?.abort(true); // from within the loop, so that each round's way back finds it set
      return 0;
    });
    stepper = await Stepper.start(program, host);
    const { ending, stops } = runToEnd(stepper, () => stepper?.abort(false));
    expect(stops).toEqual(Array(8).fill(STATUS_ABORTED));
    expect(ending).toEqual(expected);
  });

  test('does not stop code without a way back', async () => {
    const stepper = await Stepper.start(scenario(`${sstore(1, 7)}${push(1)}${returnTop}`), ready);
    stepper.abort(true);
    expect(stepper.run().status).toBe(STATUS_STOP);
    expect(BigInt(stepper.finish().output)).toBe(1n);
  });
});

describe('what the state lacks', () => {
  const inner = `${sstore(3, 4)}${push(0x77)}${returnTop}`;
  const uses: Record<string, string> = {
    CALL: `${call(INNER)}50${returnMemory}`,
    EXTCODESIZE: `${push(INNER)}3b${returnTop}`,
    EXTCODECOPY: `${push(32)}${push(0)}${push(0)}${push(INNER)}3c${returnMemory}`,
  };

  test.each(Object.entries(uses))('a code that comes after %s asked for it makes no difference', async (_name, use) => {
    const whole = scenario(`${sstore(1, 7)}${use}`, inner);
    const expected = await undisturbed(whole);
    const hash = `0x${Buffer.from(keccak_256(Buffer.from(inner, 'hex'))).toString('hex')}` as const;
    const { [hash]: _missing, ...codes } = whole.codes;
    const stepper = await Stepper.start({ ...whole, codes }, ready);
    expect(stepper.run().status).toBe(STATUS_MISSING_CODE);
    const { ending, stops } = runToEnd(stepper, ({ detail }) => stepper.giveCode(detail, inner));
    expect(stops).toEqual([STATUS_MISSING_CODE]); // the same as before: nothing of the instruction was done
    expect(ending).toEqual(expected);
  });

  test('a code that nobody runs or looks into is not missed', async () => {
    const whole = scenario(`${push(INNER)}3f${returnTop}`, inner); // EXTCODEHASH
    const hash = `0x${Buffer.from(keccak_256(Buffer.from(inner, 'hex'))).toString('hex')}` as const;
    const stepper = await Stepper.start({ ...whole, codes: { [hash]: '0x' } }, ready).catch(() => undefined);
    expect(stepper).toBeUndefined(); // a code that is not of its hash is refused
    const { [hash]: _missing, ...codes } = whole.codes;
    const { ending } = runToEnd(await Stepper.start({ ...whole, codes }, ready), never);
    expect(ending.output).toBe(hash);
  });

  test('a block hash that comes after BLOCKHASH asked for it makes no difference', async () => {
    const code = `${sstore(1, 7)}${push(5)}4303${'40'}${returnTop}`; // the hash of the fifth block before
    const of = NUMBER - 5;
    const hash: make.Hex = `0x${'5d'.repeat(32)}`;
    const whole: Scenario = { ...scenario(code), blockHashes: { [of]: hash } };
    const expected = await undisturbed(whole);
    expect(expected.output).toBe(hash);
    const stepper = await Stepper.start({ ...whole, blockHashes: {} }, ready);
    const { ending, stops } = runToEnd(stepper, ({ detail }) => {
      expect(detail).toBe(4); // distance from the parent
      stepper.giveHashes({ [of]: hash });
    });
    expect(stops).toEqual([STATUS_MISSING_HASH]);
    expect(ending).toEqual(expected);
  });
});
