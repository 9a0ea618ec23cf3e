export function recordFault(tokens: readonly { kind: string; name?: string }[]): string | undefined;
export function recordPath(name: string): string;
export function recordCheck(name: string, counts: { passed: number; failed: number } & Record<string, unknown>): void;
