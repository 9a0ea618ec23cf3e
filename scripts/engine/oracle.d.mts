import type { Case } from './scenarios.mjs';

export interface Expected {
  effects: Record<string, unknown>;
  after: object;
}

export function expectedOf(subject: Case): Promise<Expected[]>;
export function faultOfMeaning(subject: Case, expected: readonly Expected[]): string | undefined;
