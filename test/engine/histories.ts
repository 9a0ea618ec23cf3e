// Histories of random blocks on a few people, contracts that store what they are told, and a factory of such contracts.
import type { Hex, RunBlockInput } from 'parallel-evm';
import type { Random } from '../../scripts/showcase/random.mjs';
import type { PlainState } from '../oracle/witness.ts';

/** Stores pairs of slot and value from its input; destroys itself for the caller's benefit where that is one byte. */
export const EDITOR = '3660011460215760005b36811015601f5780602001358135556040016009565b005b33ff';
/** Init code of an editor whose slot 5 is 7. */
const EDITOR_INIT = `6007600555${'60248060106000396000f3'}${EDITOR}`;
/** CREATE2 of its input with salt 0: in vain while that is there. */
const FACTORY: Hex = '0xfac7000000000000000000000000000000000001';
const FACTORY_CODE = '36600060003760003660006000f500';
export const LOOPER: Hex = '0x1009000000000000000000000000000000000001';

/** Blocks of mainnet by their place: self-destructs that delete, receipts with state roots, none of both. */
export const PLACES: Record<string, object> = {
  spuriousDragon: { number: '0x2932e0', timestamp: '0x58500000', difficulty: '0x1' },
  istanbul: { number: '0x8b0000', timestamp: '0x5e000000', difficulty: '0x1' },
  shanghai: { number: '0x112a880', timestamp: '0x64f00000', baseFeePerGas: '0x7', withdrawals: [] },
};

export const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
export const word = (value: bigint): string => value.toString(16).padStart(64, '0');
export const quantity = (value: number | bigint): Hex => `0x${value.toString(16)}`;
export const addressOf = (kind: string, i: number): Hex => `0x${kind}${i.toString(16).padStart(36, '0')}`;

export const PEOPLE: Hex[] = Array.from({ length: 12 }, (_, i) => addressOf('a11c', i));
export const EDITORS: Hex[] = Array.from({ length: 6 }, (_, i) => addressOf('ed17', i));
/** Nobody is there at first. */
export const STRANGERS: Hex[] = Array.from({ length: 12 }, (_, i) => addressOf('57a6', i));

export function preState(random: Random): PlainState {
  const state: PlainState = {
    [FACTORY]: { nonce: '0x1', balance: '0x0', code: `0x${FACTORY_CODE}` },
    [LOOPER]: { nonce: '0x1', balance: '0x0', code: '0x5b600056' },
    // As given, though no block leaves an account of nothing behind.
    [addressOf('e397', 0)]: { nonce: '0x0', balance: '0x0' },
  };
  for (const address of PEOPLE) state[address] = { nonce: '0x0', balance: quantity(10n ** 20n) };
  for (const [i, address] of EDITORS.entries()) {
    const slots = Array.from({ length: [0, 1, 2, 20, 60, 300][i] as number }, () => [
      quantity(random.int(0, 80)),
      quantity(random.int(0, 2 ** 40)),
    ]);
    const code: Hex = `0x${EDITOR}`;
    state[address] = { nonce: '0x1', balance: quantity(i), code, storage: Object.fromEntries(slots) };
  }
  return state;
}

/** Blocks at random on what is there, and who has sent how many transactions. */
export class History {
  readonly #random: Random;
  readonly #place: object;
  readonly #nonces = new Map<Hex, number>();
  #created: Hex[] = [];

  constructor(random: Random, place: object) {
    this.#random = random;
    this.#place = place;
  }

  /** Where CREATE2 has put contracts, as receipts or diffs tell. */
  noteCreated(addresses: readonly Hex[]): void {
    this.#created = [...new Set([...this.#created, ...addresses])];
  }

  #edits(): string {
    const random = this.#random;
    const pair = () => word(BigInt(random.int(0, 80))) + word(random.chance(0.4) ? 0n : random.next());
    return Array.from({ length: random.int(1, 30) }, pair).join('');
  }

  #draft(): { to: Hex; value?: Hex; input?: Hex } {
    const random = this.#random;
    const contracts = [...EDITORS, ...this.#created];
    const drafts = [
      () => ({ to: random.pick([...STRANGERS, ...PEOPLE]), value: quantity(random.int(0, 3)) }),
      () => ({ to: random.pick(contracts), input: `0x${this.#edits()}` as Hex }),
      () => ({ to: random.pick(random.chance(0.3) ? EDITORS : this.#created.concat(EDITORS)), input: '0x00' as Hex }),
      () => ({ to: FACTORY, input: `0x${EDITOR_INIT}` as Hex }),
    ];
    return (drafts[random.pick([0, 0, 1, 1, 1, 2, 3, 3])] as () => { to: Hex })();
  }

  /** `spoilt`: the last transaction may not be there. */
  block(isSpoilt: boolean): { block: RunBlockInput['block']; accept(): void } {
    const random = this.#random;
    const nonces = new Map(this.#nonces);
    const transactions = Array.from({ length: random.int(1, 8) }, () => {
      const from = random.pick(PEOPLE);
      const nonce = nonces.get(from) ?? 0;
      nonces.set(from, nonce + 1);
      const fees = { type: '0x0', gas: '0x1e8480', gasPrice: '0xa' };
      return { ...fees, from, nonce: quantity(nonce), value: '0x0', input: '0x', ...this.#draft() };
    });
    const last = transactions.at(-1) as { nonce: Hex };
    if (isSpoilt) last.nonce = '0xffff';
    const block = {
      ...{ gasLimit: '0x2faf080', miner: random.pick(STRANGERS), mixHash: `0x${'00'.repeat(32)}` },
      ...{ parentHash: `0x${'00'.repeat(32)}`, ...this.#place, transactions },
    };
    return {
      block: block as never,
      accept: () => {
        for (const [address, nonce] of nonces) this.#nonces.set(address, nonce);
      },
    };
  }
}
