// Where a trace is taken of what happens. Nothing in the library's kernels: the tracing kernels are built with tracing.ts
// in place of this file, which has the same shape, and notes each call as an event.
//
// Correct with any hook at any of these places, because a hook changes nothing of the attempt but what is there for hooks.

/** True: every instruction is a segment of its own, so that gas and stack are exact before each. */
export const IS_TRACING: bool = false;

export class Trace {
  /** An attempt starts; events of an earlier one of its transaction are void. */
  @inline static begins(ctx: usize, out: usize): void {}
  /** A frame over `parent` (0: the outermost) was opened by instruction `op` for the account `to`. */
  @inline static enters(ctx: usize, parent: usize, frame: usize, op: u32, to: usize): void {}
  /** The instruction's frame was not opened, for the reason `status`. Accounts, value (0: none), input and gas as the frame's. */
  @inline static refuses(
    ctx: usize,
    parent: usize,
    op: u32,
    status: i32,
    from: usize,
    to: usize,
    value: usize,
    src: usize,
    length: u32,
    gas: i64,
    callerGas: i64,
  ): void {}
  /** The frame's code has stopped; nothing was made of that yet. */
  @inline static stops(ctx: usize, frame: usize, status: i32): void {}
  /** The frame has ended, its gas is what goes back. */
  @inline static leaves(ctx: usize, frame: usize, status: i32): void {}
  /** An account gives its whole balance away. */
  @inline static destroys(ctx: usize, account: usize, heir: usize, balance: usize): void {}
  /** A log record was appended. */
  @inline static logs(ctx: usize, record: usize): void {}
  /** The segment is about to be entered. */
  @inline static steps(ctx: usize, frame: usize, segment: usize, sp: usize, gas: i64): void {}
}
