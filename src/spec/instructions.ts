// A fork's instructions as plain data, read from the record that the kernels read.
import { SPEC_OPCODES } from '../../assembly/layout.ts';
import { forkRecord } from './rules.ts';

/** What every execution of an instruction has in common. */
export interface Instruction {
  /** Gas that does not depend on operands or on what is warm. */
  gas: number;
  /** Least and most words on the stack before it. */
  takes: number;
  most: number;
}

const UNDEFINED = 0xffff;

/** The instructions by their opcodes; undefined: the fork has none. */
export function instructionsOf(hardfork: string): (Instruction | undefined)[] {
  const record = forkRecord(hardfork);
  const view = new DataView(record.buffer, record.byteOffset);
  return Array.from({ length: 256 }, (_, op) => {
    const at = SPEC_OPCODES + 8 * op;
    const takes = view.getUint16(at + 2, true);
    if (takes === UNDEFINED) return undefined;
    return { gas: view.getUint16(at, true), takes: takes / 32, most: view.getUint16(at + 4, true) / 32 };
  });
}
