// What an engine works with: the memory, the slots over it, and what runs jobs on them; started, or nothing is left behind.

import { sharingObstacles } from '#host';
import type { Capabilities } from './api.ts';
import { type RecoverAddress, recoverAddressBy } from './block/recover.ts';
import { Senders } from './block/senders.ts';
import { InlineSlot } from './inline.ts';
import { ARENA_BYTES, shrinkArena } from './memory/arenas.ts';
import type { Span } from './memory/heap.ts';
import { createSpace, type SharedSpace } from './memory/shared.ts';
import type { Execution } from './policy.ts';
import { type Crew, type PoolSetup, SlotPool, type SlotSource, WORKERS } from './pool.ts';
import type { Recover } from './precompiles/ecdsa.ts';
import { loadPrecompiles, loadRecover } from './precompiles/host.ts';
import { compileMcl } from './precompiles/mcl-module.ts';
import { BlockRunner } from './run.ts';
import { typescriptSource } from './typescript/source.ts';
import { warmUp } from './warm-up/warm-up.ts';
import { Workspace } from './workspace.ts';

/** What an engine works with. */
export interface Machine {
  workspace: Workspace;
  crew: Crew;
  runner: BlockRunner;
  recover: RecoverAddress;
  senders: Senders;
  capabilities: Capabilities;
}

/** Arenas grow and are given back by who executes in them, so the space does not count them as its own. */
function newArena(space: SharedSpace): Span {
  const at = space.alloc(ARENA_BYTES, "a slot's arena");
  space.owned.delete(at);
  return { at, bytes: ARENA_BYTES };
}

/** The memory, and what runs jobs over it. */
interface Parts {
  space: SharedSpace;
  crew: Crew;
  recover: Recover;
}

async function startShared(slots: number, maxBytes: number, source: SlotSource): Promise<Parts> {
  let parts: Omit<Parts, 'crew'> | undefined;
  const prepare = async (): Promise<PoolSetup> => {
    const mcl = await compileMcl();
    const [space, recover] = await Promise.all([createSpace(maxBytes, true), loadRecover(mcl)]);
    parts = { space, recover };
    const module = source.kernels ?? space.module;
    return {
      memory: space.memory,
      module,
      mcl,
      newArena: () => newArena(space),
      shrinkArena: (slot) => shrinkArena(space.core, space.views, slot),
    };
  };
  const crew = await SlotPool.start(slots, prepare, source);
  const { space, recover } = parts as Omit<Parts, 'crew'>;
  space.holders.add(crew);
  return { space, recover, crew };
}

async function startInline(maxBytes: number): Promise<Parts> {
  const mcl = await compileMcl();
  const libs = await loadPrecompiles(mcl);
  const [space, recover] = await Promise.all([createSpace(maxBytes, false, libs), loadRecover(mcl)]);
  const crew = new InlineSlot(space.core, space.views, newArena(space).at, space.context, space.instantiate);
  space.holders.add(crew);
  return { space, crew, recover };
}

/** Starts the slots over a memory of their own. Internal: users have `createEngine`. */
export async function startMachine(
  wanted: number,
  maxBytes: number,
  isWarm = false,
  source: SlotSource = WORKERS,
  execution: Execution = 'wasm',
): Promise<Machine> {
  const reasons = sharingObstacles();
  const shared = reasons.length === 0;
  const slots = shared ? wanted : 1;
  const executing = execution === 'typescript' ? typescriptSource(source) : source;
  const { space, crew, recover } = await (shared ? startShared(slots, maxBytes, executing) : startInline(maxBytes));
  const workspace = new Workspace(space);
  const senders = new Senders(space, recover);
  if (isWarm) await warmUpOrClose(workspace, crew);
  const capabilities = {
    sharedMemory: shared,
    get slots() {
      return crew.slots;
    },
    execution,
    reasons,
  };
  const runner = new BlockRunner(workspace, crew, execution);
  return { workspace, crew, runner, recover: recoverAddressBy(recover), senders, capabilities };
}

async function warmUpOrClose(workspace: Workspace, crew: Crew): Promise<void> {
  try {
    await warmUp(workspace, crew);
  } catch (error) {
    await crew.close(); // nobody else could: there will be no engine
    throw error;
  }
}
