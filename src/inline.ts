// One slot on the caller's thread, for platforms that cannot share memory. It blocks its thread while a block runs.
import { JOB_BLOCK } from '../assembly/layout.ts';
import type { Core } from './core.ts';
import type { Views } from './memory/views.ts';
import { Arena } from './pipeline/attempts.ts';
import { postJob, readVerdict, type Verdict } from './pipeline/control.ts';
import { workOn } from './pipeline/work.ts';
import type { Crew } from './pool.ts';

export class InlineSlot implements Crew {
  readonly slots = 1;
  readonly #views: Views;
  readonly #core: Core;
  readonly #arena: Arena;
  readonly #callerContext: number;

  constructor(core: Core, views: Views, arena: number, callerContext: number) {
    this.#core = core;
    this.#views = views;
    this.#arena = new Arena(core, views, arena);
    this.#callerContext = callerContext;
    core.bind(callerContext);
  }

  async run(_signal?: AbortSignal, command: number = JOB_BLOCK): Promise<Verdict> {
    const { words } = this.#views;
    postJob(words, command);
    this.#core.bind(this.#arena.ctx);
    workOn(this.#arena, 0);
    this.#core.bind(this.#callerContext);
    return readVerdict(words);
  }

  async close(): Promise<void> {}
}
