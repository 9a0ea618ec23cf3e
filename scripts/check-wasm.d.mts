export function moduleFaults(module: { wat: string; wasmBytes: number; control: number; name?: string }): string[];
export function pairFaults(wat: string, other: string): string[];
export function buildFaults(): string[];
