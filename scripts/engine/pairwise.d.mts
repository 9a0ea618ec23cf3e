/** Name → values. */
export type Factors = Record<string, readonly unknown[]>;

export function pairwise(factors: Factors): Record<string, unknown>[];
