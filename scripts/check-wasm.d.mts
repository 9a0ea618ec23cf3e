export function moduleFaults(module: { wat: string; wasmBytes: number; control: number }): string[];
export function buildFaults(): string[];
