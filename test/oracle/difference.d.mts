export interface Difference {
  path: string;
  got: string;
  expected: string;
}

export interface HeaderResult {
  gasUsed: bigint;
  receiptsRoot: Uint8Array;
  logsBloom: Uint8Array;
  requestsHash?: Uint8Array;
}

export interface HeaderClaims {
  gasUsed: string;
  receiptsRoot: string;
  logsBloom: string;
  requestsHash?: string;
}

export function firstDifference(got: unknown, expected: unknown, path: string): Difference | undefined;
export function headerDifference(header: HeaderClaims, result: HeaderResult): Difference | undefined;
export function sentence(difference: Difference): string;
