export function hashOf(text: string): `0x${string}`;

export class Random {
  constructor(seed: string);
  next(): bigint;
  real(): number;
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  popular<T>(items: readonly T[], skew?: number): T;
  weighted<K extends string>(weights: Record<K, number>): K;
  amount(ceiling: bigint): bigint;
  bytes(length: number): Uint8Array;
  shuffle<T>(items: T[]): T[];
}
