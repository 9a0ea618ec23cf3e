/**
 * Blocks from the generator of the showcase, with seeds of their own: contracts by the Solidity compiler, set up by blocks that
 * really ran. Their scenarios are the mixes; the forks those that the mixes are made for.
 */
import { blockJson, snapshot } from '../showcase/block-file.mjs';
import { conflicts } from '../showcase/mixes/conflicts.mjs';
import { features } from '../showcase/mixes/features.mjs';
import { erc20, mini, transfers } from '../showcase/mixes/payments.mjs';
import { realistic } from '../showcase/mixes/realistic.mjs';
import { swaps } from '../showcase/mixes/trading.mjs';
import { World } from '../showcase/world.mjs';

/** @typedef {import('./scenarios.mjs').Case} Case */

const MIXES = { conflicts, features, erc20, mini, transfers, realistic, swaps };

/** @type {readonly { mix: keyof typeof MIXES, fork: string, txs: number }[]} */
export const TOWNS = [
  { mix: 'transfers', fork: 'shanghai', txs: 150 },
  { mix: 'erc20', fork: 'shanghai', txs: 150 },
  { mix: 'mini', fork: 'cancun', txs: 100 },
  { mix: 'swaps', fork: 'cancun', txs: 80 },
  { mix: 'conflicts', fork: 'prague', txs: 120 },
  { mix: 'features', fork: 'osaka', txs: 0 },
  { mix: 'realistic', fork: 'osaka', txs: 200 },
];

/** @param {typeof TOWNS[number]} town @param {string} seed @returns {Promise<Case>} */
export async function townOf({ mix, fork, txs }, seed) {
  const world = await World.create(`${seed}/${mix}`, fork);
  const { drafts, withdrawals = [] } = await MIXES[mix](world, txs);
  const transactions = drafts.map((draft) => world.sign(draft));
  const before = snapshot(world);
  const { block } = await world.execute(transactions, withdrawals);
  const name = `town of ${mix} (${fork})`;
  const scenario = { name, build: () => {}, fails: /** @type {const} */ ('any') };
  return { name, scenario, fork, files: [{ file: blockJson(world, block, before), invalid: undefined }] };
}
