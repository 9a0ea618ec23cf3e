// A block of a chain whose changes are the base of the state already, and whose state root is still worked out. Who has handed it
// in waits for that.
import type { BlockResult } from '../result/result.ts';
import type { Header } from '../rules/header.ts';
import { rootFaults } from '../rules/outcome.ts';
import type { Judgement } from './judgement.ts';
import { refusal } from './refusal.ts';

export class Unverified {
  /** Resolves when the root is known. */
  readonly judgement: Promise<Judgement>;
  readonly #header: Header;
  readonly #result: BlockResult;
  #resolve!: (judgement: Judgement) => void;
  /** The root will not be known. */
  fail!: (error: unknown) => void;

  constructor(header: Header, result: BlockResult) {
    this.#header = header;
    this.#result = result;
    this.judgement = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.fail = reject;
    });
  }

  /** Whether the block's header says this state root, 32 bytes. */
  holds(stateRoot: Uint8Array): boolean {
    return rootFaults(this.#header, stateRoot).next().done === true;
  }

  /** Tells what the root makes of the block. */
  end(stateRoot: Uint8Array): void {
    const result = Object.assign(this.#result, { stateRoot });
    const fault = rootFaults(this.#header, stateRoot).next().value;
    this.#resolve(fault === undefined ? { result } : { invalid: refusal(fault), result });
  }
}
