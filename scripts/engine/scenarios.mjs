/**
 * The scenarios of the equivalence matrix, as data. A scenario is built for each of its forks from a seed of its own and
 * says what must be seen for it to be about what its name says; what the block comes to, the oracle says.
 *
 * Edge cases E1 to E22 are those of the two published generations of this design; each stands at a scenario in `edge`.
 */
import { FORKS } from './forks.mjs';
import { chains } from './scenarios/chains.mjs';
import { coinbase } from './scenarios/coinbase.mjs';
import { contracts } from './scenarios/contracts.mjs';
import { delegations } from './scenarios/delegations.mjs';
import { lifecycle } from './scenarios/lifecycle.mjs';
import { payments } from './scenarios/payments.mjs';
import { protocol } from './scenarios/protocol.mjs';
import { random } from './scenarios/random.mjs';
import { validity } from './scenarios/validity.mjs';
import { Scene } from './scene.mjs';

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} [edge] the edge case or mechanism that it is about
 * @property {readonly string[]} [forks] all unless given
 * @property {(scene: Scene) => void} build
 * @property {number | 'some' | 'any'} [fails] transactions that fail (status 0), from Byzantium on; none unless given
 * @property {(seen: { logs: string[] }) => boolean} [shows] whether the data of all logs, in order, are as meant
 */

/** @typedef {{ name: string, scenario: Scenario, fork: string, files: ReturnType<Scene['files']> }} Case */

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  ...payments,
  ...contracts,
  ...lifecycle,
  ...coinbase,
  ...delegations,
  ...protocol,
  ...validity,
  ...chains,
  ...random,
];

/** What no block can show, and why. @type {Readonly<Record<string, string>>} */
export const NOT_APPLICABLE = {
  'a sender whose address got code by a creation in the block':
    'nobody has the key of an address that a creation leads to',
  'two transactions that read the fee recipient and never end':
    'a fault of one published scheduler; here an attempt in turn is final (see the scenarios of the coinbase)',
};

/** @param {readonly Scenario[]} [scenarios] @returns {{ scenario: Scenario, fork: string }[]} */
export const places = (scenarios = SCENARIOS) =>
  scenarios.flatMap((scenario) => (scenario.forks ?? FORKS).map((fork) => ({ scenario, fork })));

/** @param {{ scenario: Scenario, fork: string }} place @param {string} seed @returns {Case} */
export function caseOf({ scenario, fork }, seed) {
  const name = `${scenario.name} (${fork})`;
  const scene = new Scene(fork, `${seed}/${name}`);
  scenario.build(scene);
  return { name, scenario, fork, files: scene.files() };
}
