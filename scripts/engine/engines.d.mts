import type { EngineOptions } from 'parallel-evm';

export interface EngineRow {
  name: string;
  options: EngineOptions;
}

export const YARDSTICK: EngineRow;
export function rowOf(row: Record<string, unknown>): EngineRow;
export function engineRows(): EngineRow[];
