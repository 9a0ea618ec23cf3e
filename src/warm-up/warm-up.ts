// Warms an engine before its first block. V8 replaces neither a running WebAssembly function nor what it has compiled
// lazily by better code until it was called often enough: the first block would run several times slower than the next.
// Short synthetic blocks through the whole production path, on all slots at once, do that instead (the module is shared,
// so what one slot has warmed is warm in all; each slot's TypeScript is its own).
//
// Nothing of it stays: state, block, rules and work memory are released, and then the heap is as if never used.
import { Common, Mainnet } from '@ethereumjs/common';
import { decodeBlock } from '../block/decode.ts';
import { LaidOut } from '../block/prepared.ts';
import { ParallelEvmError } from '../errors.ts';
import { markHeap, rewindHeap } from '../memory/heap.ts';
import type { Crew } from '../pool.ts';
import { DEPOSIT_CONTRACT } from '../result/requests.ts';
import { BlockRunner, type RunOptions } from '../run.ts';
import { OwnedState } from '../state/owned.ts';
import { Workspace } from '../workspace.ts';
import { WARM_UP_FORK, warmUpBlock, warmUpState } from './block.ts';

/** Transactions of a block: few enough that code which is better meanwhile is soon used. */
const TRANSACTIONS = 64;
/** Optimised code for what blocks spend their time in is there after about so many: 40 to 60 ms on two idle cores. */
const BLOCKS = 40;
/** Milliseconds after which no other block is begun: a busy machine gets a cooler engine, not a late one. */
const MOST_MS = 100;
/** Keys the slots' caches; no state that is created later has it. */
const STAMP = 0xffffffff;

const OPTIONS: RunOptions = {
  blockHashes: {},
  commit: false,
  signal: undefined,
  prepareMs: 0,
  depositContract: DEPOSIT_CONTRACT,
  record: false,
  trace: undefined,
};

/** Every other one with a timeline, so that the code knows runs of both kinds. */
async function runBlocks(runner: BlockRunner, block: LaidOut, state: OwnedState): Promise<void> {
  const end = performance.now() + MOST_MS;
  for (let run = 0; run < BLOCKS && performance.now() < end; run++) {
    const { invalid } = await runner.run(block, state, { ...OPTIONS, timeline: run % 2 === 1 });
    if (invalid) throw new ParallelEvmError('INTERNAL', `the warm-up's block is invalid: ${invalid.reason}`);
  }
}

async function warm(workspace: Workspace, runner: BlockRunner): Promise<void> {
  const common = new Common({ chain: Mainnet });
  const plain = await decodeBlock(warmUpBlock(TRANSACTIONS), { common, hardfork: WARM_UP_FORK });
  const state = await OwnedState.load(workspace, STAMP, warmUpState(), {});
  try {
    const block = new LaidOut(workspace, plain, common);
    await runBlocks(runner, block, state).finally(() => block.release());
  } finally {
    state.release();
  }
}

/**
 * Before anything else is done with `workspace`. An engine whose memory is too small for the warm-up goes without it.
 * @throws {ParallelEvmError} `SLOT_DIED`
 */
export async function warmUp({ space }: Workspace, crew: Crew): Promise<void> {
  const workspace = new Workspace(space);
  const runner = new BlockRunner(workspace, crew);
  const mark = markHeap(space.views);
  try {
    await warm(workspace, runner);
  } catch (error) {
    if (!(error instanceof ParallelEvmError && error.code === 'STATE_TOO_LARGE')) throw error;
  } finally {
    runner.release();
    workspace.release();
    rewindHeap(space.views.fresh(), mark);
  }
}
