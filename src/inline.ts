// One slot on the caller's thread, for platforms that cannot share memory. It blocks its thread while a block runs.
import { JOB_BLOCK } from '../assembly/layout.ts';
import type { Core } from './core.ts';
import { ParallelEvmError } from './errors.ts';
import { arenaBytes, arenasOf, arenaWord, dropFormerArenas, shrinkArena } from './memory/arenas.ts';
import type { Span } from './memory/heap.ts';
import type { SpanHolder } from './memory/sweep.ts';
import type { Views } from './memory/views.ts';
import { Arena, type Instantiate } from './pipeline/attempts.ts';
import { abandonJob, postJob, readVerdict, type Verdict } from './pipeline/control.ts';
import { workOn } from './pipeline/work.ts';
import type { Crew } from './pool.ts';

const SLOT = 0;

export class InlineSlot implements Crew, SpanHolder {
  readonly slots = 1;
  deaths = 0;
  readonly #views: Views;
  readonly #core: Core;
  #arena: Arena;
  readonly #instantiate: Instantiate;
  readonly #callerContext: number;

  constructor(core: Core, views: Views, arena: number, callerContext: number, instantiate: Instantiate) {
    this.#core = core;
    this.#views = views;
    views.setU32(arenaWord(SLOT), arena);
    this.#instantiate = instantiate;
    this.#arena = new Arena(core, views, arena, { instantiate });
    this.#callerContext = callerContext;
    core.bind(callerContext);
  }

  /** There is but the one. */
  async resize(): Promise<void> {}

  spans(views: Views): Span[] {
    return arenasOf(views, SLOT);
  }

  async run(_signal?: AbortSignal, command: number = JOB_BLOCK): Promise<Verdict> {
    const { words } = this.#views;
    postJob(words, command);
    this.#core.bind(this.#arena.ctx);
    try {
      workOn(this.#arena, SLOT);
    } catch (cause) {
      this.deaths++;
      abandonJob(words);
      throw new ParallelEvmError('SLOT_DIED', 'the slot ended unexpectedly', { field: 'slot', value: SLOT, cause });
    } finally {
      this.#core.bind(this.#callerContext);
    }
    return readVerdict(words);
  }

  /** The kernels keep nothing between jobs but the arena: laid out anew it is that of a new slot. */
  mend(): void {
    const views = this.#views.fresh();
    dropFormerArenas(views, SLOT);
    const at = views.u32(arenaWord(SLOT));
    this.#arena = new Arena(this.#core, views, at, { bytes: arenaBytes(views, at), instantiate: this.#instantiate });
    this.#core.bind(this.#callerContext);
  }

  shrink(): void {
    shrinkArena(this.#core, this.#views, SLOT);
  }

  async close(): Promise<void> {}
}
