// Random inputs from a seed. SEED=<number> repeats a run; every failing test prints its seed.

export interface Random {
  /** 0 to limit - 1. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  bigint(bytes: number): bigint;
  pick<T>(items: readonly T[]): T;
}

export const SEED: number = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** SplitMix32. */
export function random(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => next() & 255);
  const below = (limit: number): number => next() % limit;
  return {
    below,
    bytes,
    bigint: (length) => bytes(length).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
  };
}

/** Big-endian, as many bytes as asked for. */
export function word(value: bigint, length = 32): Uint8Array {
  const text = BigInt.asUintN(8 * length, value)
    .toString(16)
    .padStart(2 * length, '0');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** What a careless or hostile caller may do to a valid input. */
export function spoil(input: Uint8Array, { below, bytes }: Random): Uint8Array {
  const copy = input.slice();
  switch (below(6)) {
    case 0: {
      const at = below(copy.length);
      return copy.fill((copy[at] as number) ^ (1 << below(8)), at, at + 1);
    }
    case 1:
      return copy.subarray(0, below(copy.length + 1));
    case 2:
      return join(copy, bytes(1 + below(40)));
    case 3: {
      const from = 32 * below(Math.ceil(copy.length / 32));
      return copy.fill(0, from, from + 32);
    }
    case 4: {
      const from = 32 * below(Math.ceil(copy.length / 32));
      return copy.fill(255, from, from + 32);
    }
    default:
      return copy;
  }
}
