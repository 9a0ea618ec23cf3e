// What every kernel in TypeScript works with: the memory, the slot's context in it, and the end of an attempt that cannot
// go on.
//
// Where the WASM kernels mark an attempt as void and run on until its gas ends, these throw: nothing of the attempt is
// used then, and the EVM library is left by the exception that it passes through.
import {
  CTL_SEED,
  CTX_BLOCK,
  CTX_DEPENDENCY,
  CTX_DETAIL,
  CTX_KEPT_END,
  CTX_KEPT_NEXT,
  CTX_MODE,
  CTX_SCRATCH,
  CTX_SPEC,
  CTX_STATE,
  SCRATCH_TEMP,
  SPEC_FLAGS,
  STATUS_ARENA_FULL,
  STATUS_DEPENDENCY,
} from '../../assembly/layout.ts';
import type { Core, HostPrecompile } from '../core.ts';
import type { Memory } from './memory.ts';

/** An attempt ends here, with STATUS_*. */
export class AttemptEnd extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the attempt ended with status ${status}`);
    this.status = status;
  }
}

/** A slot's context. `at` changes when the slot moves to a larger arena. */
export class Context {
  readonly memory: Memory;
  /** Memory management, tries and what else has no counterpart here. */
  readonly wasm: Core;
  /** The libraries behind precompiles. */
  readonly precompile: HostPrecompile;
  /** Address of the context. */
  at = 0;

  constructor(memory: Memory, wasm: Core, precompile: HostPrecompile) {
    this.memory = memory;
    this.wasm = wasm;
    this.precompile = precompile;
  }

  get state(): number {
    return this.memory.u32(this.at + CTX_STATE);
  }
  get block(): number {
    return this.memory.u32(this.at + CTX_BLOCK);
  }
  get spec(): number {
    return this.memory.u32(this.at + CTX_SPEC);
  }
  get mode(): number {
    return this.memory.u32(this.at + CTX_MODE);
  }
  /** Short-lived bytes, 128 of them. */
  get scratch(): number {
    return this.at + CTX_SCRATCH + SCRATCH_TEMP;
  }
  get seed(): number {
    return this.memory.u32(CTL_SEED);
  }

  has(flag: number): boolean {
    return (this.memory.u32(this.spec + SPEC_FLAGS) & flag) !== 0;
  }

  /** `bytes` that live until the attempt is confirmed. @throws {AttemptEnd} without room */
  keep(bytes: number): number {
    const { memory, at } = this;
    const kept = memory.u32(at + CTX_KEPT_NEXT);
    const next = kept + Math.ceil(bytes / 8) * 8;
    if (next > memory.u32(at + CTX_KEPT_END)) throw new AttemptEnd(STATUS_ARENA_FULL);
    memory.setU32(at + CTX_KEPT_NEXT, next);
    return kept;
  }

  /** Ends the attempt, which has to wait for `step`. */
  waitFor(step: number): never {
    this.memory.setU32(this.at + CTX_DEPENDENCY, step);
    throw new AttemptEnd(STATUS_DEPENDENCY);
  }

  /** Ends the attempt; `detail` says what it lacks. */
  end(status: number, detail = 0): never {
    this.memory.setU32(this.at + CTX_DETAIL, detail);
    throw new AttemptEnd(status);
  }
}
