// Where something may come in between. Nothing in the library itself; tests build the kernels with a file in place of this
// one that calls the host: the schedule harness to ask which slot goes on, the fault tests to end the slot.
export class Point {
  /** Before an access to words that several slots write: another slot may come. */
  @inline static shared(): void {}
  /** Between stores of the only thread that may write the words: it may die. */
  @inline static alone(): void {}
}
