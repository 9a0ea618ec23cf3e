// Where another slot may come in between: before each access to words that several slots write. Nothing in the library
// itself; the schedule harness builds the kernels with a file in place of this one that asks who goes on.
export class Point {
  @inline static shared(): void {}
}
