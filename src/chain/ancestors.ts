// The newest blocks of a chain: what BLOCKHASH (256 of them) and the rules for ommers (six generations) reach.
import type { Hex } from '../block/types.ts';
import type { Header } from '../rules/header.ts';

/** A block of the chain. */
export interface Ancestor {
  header: Header;
  /** Hashes of its ommers. */
  ommers: readonly Hex[];
  /** Sum of the difficulties up to it. */
  totalDifficulty: bigint;
}

/** Decimal block number → hash. */
export type BlockHashes = Readonly<Record<string, Hex>>;

/** What is in reach. One more is kept: the newest may have to be taken back. */
const MOST_ANCESTORS = 256;

export class Ancestors {
  /** Oldest first. */
  readonly #blocks: Ancestor[];

  constructor(genesis: Ancestor) {
    this.#blocks = [genesis];
  }

  get head(): Ancestor {
    return this.#blocks.at(-1) as Ancestor;
  }

  add(block: Ancestor): void {
    this.#blocks.push(block);
    if (this.#blocks.length > MOST_ANCESTORS + 1) this.#blocks.shift();
  }

  /** The block before the head becomes the head. */
  removeHead(): void {
    this.#blocks.pop();
  }

  /** The newest `count` blocks, newest first. */
  newest(count: number): Ancestor[] {
    return this.#blocks.slice(-count).reverse();
  }

  hashes(): BlockHashes {
    return Object.fromEntries(this.newest(MOST_ANCESTORS).map(({ header }) => [String(header.number), header.hash]));
  }
}
