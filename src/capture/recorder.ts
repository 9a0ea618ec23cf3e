// What a run reads of the state: every account and storage slot that any attempt has met. Local records hold just that,
// and an attempt's are there until the next one starts, so the kernels need not know that somebody is looking.
import {
  CTX_ACCOUNTS,
  CTX_FULL,
  CTX_SLOTS,
  CTX_TX,
  LACC_ADDRESS,
  LACC_NEXT,
  LSLOT_ACCOUNT,
  LSLOT_LOADED,
  LSLOT_NEXT,
  LSLOT_NUMBER,
} from '../../assembly/layout.ts';
import type { Core } from '../core.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';
import { addKey, type Keys, slotHex } from './known.ts';

/** The caller of system calls (EIP-4788): no part of the state. */
const SYSTEM_ADDRESS = '0xfffffffffffffffffffffffffffffffffffffffe';

/** Notes the reads of all attempts that run on `core`. */
export class ReadRecorder {
  /** The kernels for a slot to execute with. */
  readonly core: Core;
  readonly #views: Views;
  #reads: Keys = new Map();
  #context = 0;

  constructor(core: Core, views: Views) {
    this.#views = views;
    this.core = {
      ...core,
      startAttempt: (ctx, tx, out, step, mode) => {
        this.#note();
        this.#context = ctx;
        core.startAttempt(ctx, tx, out, step, mode);
      },
    };
  }

  /** What was read since the last call. Between jobs. */
  take(): Keys {
    this.#note();
    this.#context = 0;
    const reads = this.#reads;
    this.#reads = new Map();
    return reads;
  }

  /** Takes the local records of the attempt that has ended, unless it was void: that one is repeated. */
  #note(): void {
    const views = this.#views;
    const ctx = this.#context;
    if (ctx === 0 || views.u32(ctx + CTX_FULL) !== 0) return;
    const isSystemCall = views.u32(ctx + CTX_TX) === 0;
    for (let at = views.u32(ctx + CTX_ACCOUNTS); at !== 0; at = views.u32(at + LACC_NEXT)) {
      const address = hexOf(views.bigEndian(at + LACC_ADDRESS, 20));
      if (!isSystemCall || address !== SYSTEM_ADDRESS) addKey(this.#reads, address);
    }
    for (let at = views.u32(ctx + CTX_SLOTS); at !== 0; at = views.u32(at + LSLOT_NEXT)) {
      if (views.u32(at + LSLOT_LOADED) === 0) continue;
      const address = hexOf(views.bigEndian(views.u32(at + LSLOT_ACCOUNT) + LACC_ADDRESS, 20));
      addKey(this.#reads, address, slotHex(views.u256(at + LSLOT_NUMBER)));
    }
  }
}
