export interface ReferenceCall {
  from?: string | undefined;
  /** Absent: a creation. */
  to?: string | undefined;
  data?: string | undefined;
  value?: bigint | undefined;
  /** Without intrinsic gas. */
  gas: bigint;
}

export type LogText = [address: string, topics: string[], data: string];

export interface ReferenceCallResult {
  success: boolean;
  output: string;
  executionGasUsed: bigint;
  logs: LogText[];
}

export function referenceCall(
  file: object,
  hardfork: string,
  header: object,
  call: ReferenceCall,
): Promise<ReferenceCallResult>;

export function logText(log: readonly [Uint8Array, Uint8Array[], Uint8Array]): LogText;
