/**
 * The programs of ipsilon's evm-benchmarks (suite `basics`, in the shape of state tests): hashes, a ray tracer, curve
 * arithmetic (`main`), and loops over single instructions (`micro`). As transactions they must leave the stated post-state; timed are calls.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FORKS } from '../scripts/spec/forks.mjs';
import { stateCases } from '../scripts/spec/state-tests.mjs';
import { readTarGz } from '../scripts/spec/tar.mjs';
import { CORPUS } from '../test/oracle/blocks.mjs';

/** @typedef {import('./calls.mjs').CallCase} CallCase */
/** @typedef {import('../dist/src/statetest.js').BareEngine} BareEngine */

const SUITE = join(CORPUS, 'suites/basics.tar.gz');

/** @returns {boolean} */
export const hasPrograms = () => existsSync(SUITE);

/** @param {any} env of a state test @param {string} hardfork */
const contextOf = (env, hardfork) => ({
  hardfork,
  number: env.currentNumber,
  timestamp: env.currentTimestamp,
  gasLimit: env.currentGasLimit,
  baseFeePerGas: env.currentBaseFee,
  coinbase: env.currentCoinbase,
});

/** @typedef {CallCase & { program: string, group: string }} ProgramCase group: `main` or `micro` */

/** @param {string} group @param {string} name @param {any} test @returns {ProgramCase[]} one per input */
function callsOf(group, name, { env, pre, transaction, post }) {
  const [[fork, posts]] = Object.entries(post);
  const { sender: from, to, data, gasLimit, value } = transaction;
  return posts.map(({ indexes }) => ({
    name: posts.length === 1 ? name : `${name} ${indexes.data}`,
    program: name,
    group,
    file: { preState: pre, codes: {} },
    block: contextOf(env, FORKS[fork]),
    call: {
      from,
      to,
      data: data[indexes.data],
      value: BigInt(value[indexes.value]),
      gas: BigInt(gasLimit[indexes.gas]),
    },
  }));
}

/** @param {BareEngine} engine @param {any} file @throws {Error} where an input does not leave the stated post-state */
async function checkPostStates(engine, file) {
  for (const { test, index, run } of stateCases(file)) {
    const difference = await run(engine);
    if (difference !== undefined) throw new Error(`${test} ${index}: ${difference}`);
  }
}

/** Every input of every program, checked. @param {BareEngine} engine @returns {Promise<ProgramCase[]>} */
export async function programCases(engine) {
  const cases = [];
  for await (const { path, body } of readTarGz(SUITE)) {
    if (!path.startsWith('evmbench/')) continue;
    const file = JSON.parse(body);
    await checkPostStates(engine, file);
    const group = basename(dirname(path));
    for (const [name, test] of Object.entries(file)) cases.push(...callsOf(group, name, test));
  }
  return cases;
}
