/**
 * One small block per fork that shows every feature of the fork once, each in its own transaction: what a feature does
 * is seen in storage (state root), in logs and status (receipts root) and in gas. Groups keep their order.
 */

import { drawWithdrawals, ETHER } from '../cast.mjs';
import { contexts, depth, returnedData, reverts, transients, values } from './features/calls.mjs';
import { creations, destructions } from './features/creations.mjs';
import { delegations } from './features/delegations.mjs';
import { payments, precompiles, systemCalls } from './features/envelopes.mjs';
import { arithmetic, environment, halts, logs, memory, storage } from './features/instructions.mjs';
import { Stage } from './stage.mjs';

/** @typedef {import('../world.mjs').World} World */

const ACTS = [
  environment,
  arithmetic,
  memory,
  storage,
  logs,
  halts,
  contexts,
  values,
  returnedData,
  depth,
  reverts,
  transients,
  creations,
  destructions,
  precompiles,
  delegations,
];

/** These install nothing and speak of the block's number, time and base fee. */
const LATE_ACTS = [payments, systemCalls];

/** @param {World} world */
export async function features(world) {
  await world.endow(world.coinbase, ETHER);
  const stage = await Stage.set(world);
  const scenes = ACTS.flatMap((act) => act(stage));
  await stage.open();
  const drafts = [...LATE_ACTS.flatMap((act) => act(stage)), ...scenes];
  const withdrawals = drawWithdrawals(world, stage.users, 4);
  return { drafts, withdrawals: [...withdrawals, { ...withdrawals[0], address: `0x${'77'.repeat(20)}`, amount: 0 }] };
}
