// How a block is run: which mechanisms take part. Presets name the two published generations and the default, which is
// what measures best; every single mechanism can be chosen against its preset.
import {
  POLICY_ALONE,
  POLICY_DELTAS,
  POLICY_DIRTY_READ,
  POLICY_DYNAMIC,
  POLICY_IN_ADVANCE,
  POLICY_PARALLEL_CHECK,
  POLICY_RECORD,
  POLICY_RETREAT,
  POLICY_SHADOW,
  POLICY_STATIC,
  POLICY_STREAMING,
  POLICY_TRACE,
  POLICY_UNCONFIRMED,
} from '../assembly/layout.ts';
import { badArgument } from './errors.ts';
import { checkFlag, checkObject } from './input.ts';

/** What executes transactions: the kernels in WebAssembly, or `@ethereumjs/evm` over kernels in TypeScript. */
export type Execution = 'wasm' | 'typescript';

/** Which lists and which liberties slots have when they look for work. At least one of the two. */
export interface DispatchOptions {
  /** Lists per slot: likely conflicts (sender, recipient, authorities) meet in one list, else the least loaded. */
  static: boolean;
  /** The lowest ready transaction of the block first, also out of another slot's list. */
  dynamic: boolean;
  /** A list that is so many transactions longer than the shortest takes no more: 1 to Infinity, which is no limit. */
  queueLimit: number;
}

/** Which mechanisms take part ([guide](docs/options.md)). */
export interface PolicyOptions {
  /** Values for everything that is not given: `phase1` and `phase2` are the two published generations of Parallel EVM. */
  preset?: 'default' | 'phase1' | 'phase2';
  /** Where slots look for work. */
  dispatch?: Partial<DispatchOptions>;
  /**
   * `'read-based'`: a result holds if what it read has the same value now. `'dirty-read'`: it holds if nothing that it
   * read was written in between.
   */
  detection?: 'read-based' | 'dirty-read';
  /** Attempts see what lower transactions have written before that is confirmed. */
  unconfirmed?: boolean;
  /** `'streaming'`: a slot goes on at once. `'wait'`: it goes on when its transaction is confirmed. */
  pipeline?: 'streaming' | 'wait';
  /** The slot that finds a result stale redoes it at once, in its second context; else whoever claims it next. */
  shadow?: boolean;
  /** Slots without work look for results that will not hold before their turn comes. */
  detectInAdvance?: boolean;
  /** Large read sets are compared in parts by slots without work. */
  parallelKvCheck?: boolean;
  /** Fees, credits, covered debits and the sender's nonce are deltas and predicates instead of reads. */
  deltas?: boolean;
  /** Where most results have to be redone, transactions are executed in turn for a while; tiny blocks by one slot. */
  adaptive?: boolean;
  /** Attempts ahead of its turn that a transaction gets at most, 1 to 100. */
  speculationCap?: number;
  /**
   * Of a chain, which imports one block after another. `'pipelined'`: the next block runs while a block's state root is worked
   * out and checked; where it is wrong, both are taken back. `'sequential'`: when that is done.
   */
  commit?: 'pipelined' | 'sequential';
}

/** A policy without gaps. */
export interface Policy {
  /** Where the values come from that were not given. */
  readonly preset: 'default' | 'phase1' | 'phase2';
  /** Where slots look for work. */
  readonly dispatch: Readonly<DispatchOptions>;
  /** As in `PolicyOptions`. */
  readonly detection: 'read-based' | 'dirty-read';
  /** As in `PolicyOptions`. */
  readonly unconfirmed: boolean;
  /** As in `PolicyOptions`. */
  readonly pipeline: 'streaming' | 'wait';
  /** As in `PolicyOptions`. */
  readonly shadow: boolean;
  /** As in `PolicyOptions`. */
  readonly detectInAdvance: boolean;
  /** As in `PolicyOptions`. */
  readonly parallelKvCheck: boolean;
  /** As in `PolicyOptions`. */
  readonly deltas: boolean;
  /** As in `PolicyOptions`. */
  readonly adaptive: boolean;
  /** As in `PolicyOptions`. */
  readonly speculationCap: number;
  /** As in `PolicyOptions`. */
  readonly commit: 'pipelined' | 'sequential';
}

const PRESETS: Record<Policy['preset'], Policy> = {
  default: {
    preset: 'default',
    dispatch: { static: false, dynamic: true, queueLimit: Number.POSITIVE_INFINITY },
    detection: 'read-based',
    unconfirmed: true,
    pipeline: 'streaming',
    shadow: true,
    detectInAdvance: true,
    parallelKvCheck: true,
    deltas: true,
    adaptive: true,
    speculationCap: 4,
    commit: 'pipelined',
  },
  phase1: {
    preset: 'phase1',
    dispatch: { static: true, dynamic: false, queueLimit: 20 },
    detection: 'dirty-read',
    unconfirmed: false,
    pipeline: 'wait',
    shadow: false,
    detectInAdvance: false,
    parallelKvCheck: false,
    deltas: false,
    adaptive: false,
    speculationCap: 1,
    commit: 'sequential',
  },
  phase2: {
    preset: 'phase2',
    dispatch: { static: true, dynamic: true, queueLimit: Number.POSITIVE_INFINITY },
    detection: 'read-based',
    unconfirmed: true,
    pipeline: 'streaming',
    shadow: true,
    detectInAdvance: true,
    parallelKvCheck: true,
    deltas: false,
    adaptive: false,
    speculationCap: 100,
    commit: 'pipelined',
  },
};

export const DEFAULT_POLICY: Policy = PRESETS.default;

function oneOf<T extends string>(value: unknown, field: string, choices: readonly T[], fallback: T): T {
  if (value === undefined) return fallback;
  if (choices.includes(value as T)) return value as T;
  throw badArgument(field, choices.map((choice) => `'${choice}'`).join(' or '), value);
}

function checkCap(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw badArgument('speculationCap', '1..100', value);
}

function checkQueueLimit(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const isLimit =
    typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY);
  if (isLimit) return value;
  throw badArgument('dispatch.queueLimit', 'an integer of at least 1, or Infinity', value);
}

function checkDispatch(given: unknown, base: DispatchOptions): DispatchOptions {
  if (given === undefined) return base;
  checkObject(given, 'dispatch');
  const options = given as Partial<DispatchOptions>;
  const dispatch = {
    static: checkFlag(options.static, 'dispatch.static', base.static),
    dynamic: checkFlag(options.dynamic, 'dispatch.dynamic', base.dynamic),
    queueLimit: checkQueueLimit(options.queueLimit, base.queueLimit),
  };
  if (dispatch.static || dispatch.dynamic) return dispatch;
  throw badArgument('dispatch', 'static, dynamic or both', given);
}

/**
 * The policy of `options`; what they leave out comes from their preset, or from `base` if they name none.
 * @throws {ParallelEvmError} `BAD_ARGUMENT` naming the option
 */
export function policyOf(options: PolicyOptions, base: Policy = DEFAULT_POLICY): Policy {
  const preset = oneOf(options.preset, 'preset', ['default', 'phase1', 'phase2'], base.preset);
  const from = options.preset === undefined ? base : PRESETS[preset];
  const flag = (name: 'unconfirmed' | 'shadow' | 'detectInAdvance' | 'parallelKvCheck' | 'deltas' | 'adaptive') =>
    checkFlag(options[name], name, from[name]);
  return {
    preset,
    dispatch: checkDispatch(options.dispatch, from.dispatch),
    detection: oneOf(options.detection, 'detection', ['read-based', 'dirty-read'], from.detection),
    unconfirmed: flag('unconfirmed'),
    pipeline: oneOf(options.pipeline, 'pipeline', ['streaming', 'wait'], from.pipeline),
    shadow: flag('shadow'),
    detectInAdvance: flag('detectInAdvance'),
    parallelKvCheck: flag('parallelKvCheck'),
    deltas: flag('deltas'),
    adaptive: flag('adaptive'),
    speculationCap: checkCap(options.speculationCap, from.speculationCap),
    commit: oneOf(options.commit, 'commit', ['pipelined', 'sequential'], from.commit),
  };
}

/** The policy as POLICY_* bits; `alone`: one slot executes everything in turn; `record`: and keeps what it finds. */
export function policyBits(policy: Policy, alone: boolean, record: boolean, isTraced: boolean): number {
  const bits: [boolean, number][] = [
    [policy.dispatch.static, POLICY_STATIC],
    [policy.dispatch.dynamic, POLICY_DYNAMIC],
    [policy.detection === 'dirty-read', POLICY_DIRTY_READ],
    [policy.unconfirmed, POLICY_UNCONFIRMED],
    [policy.shadow, POLICY_SHADOW],
    [policy.detectInAdvance, POLICY_IN_ADVANCE],
    [policy.parallelKvCheck, POLICY_PARALLEL_CHECK],
    [policy.pipeline === 'streaming', POLICY_STREAMING],
    [policy.deltas, POLICY_DELTAS],
    [policy.adaptive, POLICY_RETREAT],
    [alone, POLICY_ALONE],
    [record, POLICY_RECORD],
    [isTraced, POLICY_TRACE],
  ];
  return bits.reduce((sum, [on, bit]) => (on ? sum | bit : sum), 0);
}
