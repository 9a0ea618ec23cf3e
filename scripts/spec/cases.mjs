/** Which files of the suites hold which kind of test, and the cases in them. */
import { basicCases } from './basic-tests.mjs';
import { rlpCases } from './rlp-tests.mjs';
import { stateCases } from './state-tests.mjs';
import { transactionCases } from './transaction-tests.mjs';
import { trieCases } from './trie-tests.mjs';
import { vmCases } from './vm-tests.mjs';

/**
 * One test under one fork with one choice of its parameters; `run` resolves to what differs first, undefined if nothing.
 * @typedef {{ test: string, fork: string, index: string,
 *   run(engine: import('../../dist/src/statetest.js').BareEngine): Promise<string | undefined> }} Case
 */

export const SUITES = [
  'state-legacy-constantinople',
  'state-legacy-cancun',
  'state-eest',
  'state-eest-static',
  'basics',
];

/** What the files of a folder are; the first that fits. */
const KINDS = [
  { folder: 'GeneralStateTests/', cases: stateCases },
  { folder: 'state_tests/', cases: stateCases },
  { folder: 'evmbench/', cases: stateCases },
  { folder: 'VMTests/', cases: vmCases },
  { folder: 'TransactionTests/', cases: transactionCases },
  { folder: 'RLPTests/', cases: rlpCases },
  { folder: 'TrieTests/', cases: trieCases },
  { folder: 'BasicTests/', cases: basicCases },
  // A chain of blocks, for tests of blocks.
  { folder: 'execution-apis-chain/', cases: () => [] },
];

/** @param {string} path @param {string} body @returns {Case[]} */
export function casesOf(path, body) {
  const kind = KINDS.find(({ folder }) => path.startsWith(folder));
  if (kind === undefined) throw new Error(`${path} is of an unknown kind`);
  return path.endsWith('.json') ? kind.cases(JSON.parse(body), path) : [];
}
