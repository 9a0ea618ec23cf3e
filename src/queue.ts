// One thing after the other: all that touches the shared memory on the caller's side goes through here.

/** Runs tasks in the order in which they were handed in; a task that fails does not stop the next. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => {}); // its owner sees the failure; the queue goes on
    return result;
  }
}
