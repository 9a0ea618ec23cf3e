import type { Engine } from 'parallel-evm';
import type { Expected } from './oracle.mjs';
import type { Case } from './scenarios.mjs';

export function faultOf(
  subject: Case,
  expected: readonly Expected[],
  engine: Engine,
  options: { repeats: number; yardstick: object[] },
): Promise<string | undefined>;
export function blockOf(file: {
  header: object;
  transactions: object[];
  withdrawals?: object[];
  ommers?: object[];
}): object;
