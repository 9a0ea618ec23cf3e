// A sample of the equivalence matrix (npm run test:engine runs the whole): every edge case on the newest fork that has it, and
// a few random towns, on some rows of the table of engines. And that the checks of the matrix can fail.

import { createEngine, type Engine } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultOf } from '../../scripts/engine/check.mjs';
import { engineRows, rowOf, YARDSTICK } from '../../scripts/engine/engines.mjs';
import { type Expected, expectedOf, faultOfMeaning } from '../../scripts/engine/oracle.mjs';
import { type Case, caseOf, NOT_APPLICABLE, type Place, places, SCENARIOS } from '../../scripts/engine/scenarios.mjs';

const SEED = process.env.SEED ?? '1';
const EDGES = Array.from({ length: 22 }, (_, i) => `E${i + 1}`);
const ROWS = [YARDSTICK, ...engineRows().filter(({ options }) => options.slots === 2 || options.slots === 4)];

/** The last place in the list is on the newest fork. */
const newest = (chosen: readonly Place[]): Place[] => [
  ...new Map(chosen.map((place) => [place.scenario.name, place])).values(),
];

const SAMPLE = newest(places()).filter(
  ({ scenario: { name, edge } }) =>
    (edge?.startsWith('E') && !/^invalid: [A-Z_]+, (first|last)/.test(name)) || /at random, [14]$/.test(name),
);

test('every edge case has a scenario, or a reason why it has none', () => {
  const covered = new Set([...SCENARIOS.map(({ edge }) => edge), ...Object.keys(NOT_APPLICABLE)]);
  expect(EDGES.filter((edge) => !covered.has(edge))).toEqual([]);
});

test('scenarios have names of their own', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('a dot in the name of a policy is a level of the options', () => {
  expect(rowOf({ slots: 2, 'dispatch.static': true, 'dispatch.dynamic': false }).options).toMatchObject({
    slots: 2,
    dispatch: { static: true, dynamic: false },
  });
});

describe('on the oracle and the engines', () => {
  let engines: Engine[];
  beforeAll(async () => {
    engines = await Promise.all(ROWS.map(({ options }) => createEngine(options)));
  });
  afterAll(() => Promise.all(engines?.map((engine) => engine.close())));

  test.each(SAMPLE.map((place) => [`${place.scenario.name} (${place.fork})`, place] as const))(
    '%s',
    async (_name, place) => {
      const subject = caseOf(place, SEED);
      const expected = await expectedOf(subject);
      expect(faultOfMeaning(subject, expected)).toBeUndefined();
      const yardstick: object[] = [];
      for (const [i, engine] of engines.entries())
        expect(await faultOf(subject, expected, engine, { repeats: 1, yardstick }), ROWS[i]?.name).toBeUndefined();
    },
  );

  describe('the check finds', () => {
    let subject: Case;
    let expected: Expected[];
    const faultWith = (changed: Expected): Promise<string | undefined> =>
      faultOf(subject, [changed], engines[0] as Engine, { repeats: 1, yardstick: [] });
    beforeAll(async () => {
      subject = caseOf(newest(places()).find(({ scenario }) => scenario.name.startsWith('a counter')) as Place, SEED);
      expected = await expectedOf(subject);
    });
    const of = (): Expected => expected[0] as Expected;

    test('another gas', async () => {
      expect(await faultWith({ ...of(), effects: { ...of().effects, gasUsed: 1n } })).toMatch(/gasUsed/);
    });

    test('a change that the state does not have', async () => {
      const stateDiff = { ...(of().effects.stateDiff as object), '0x00': { balance: '0x1' } };
      expect(await faultWith({ ...of(), effects: { ...of().effects, stateDiff } })).toMatch(/stateDiff/);
    });

    test('another state after the block', async () => {
      expect(await faultWith({ ...of(), after: { ...of().after, '0x00': {} } })).toMatch(/after commit/);
    });

    test('a block that was meant to be invalid', async () => {
      const invalid = { txIndex: 1, codes: ['NONCE_TOO_LOW'] };
      expect(await faultWith({ ...of(), effects: { invalid } })).toMatch(/expected NONCE_TOO_LOW at 1/);
    });

    test('an output that is not the yardstick’s', async () => {
      const fault = await faultOf(subject, expected, engines[0] as Engine, {
        repeats: 1,
        yardstick: [{ gasUsed: 1n }],
      });
      expect(fault).toMatch(/yardstick/);
    });
  });
});
