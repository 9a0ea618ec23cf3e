// One run of the showcase block, the same code in the page and in Node: what the browser test compares.
import { createEngine, readBlockFile } from 'parallel-evm';

export interface Summary {
  sharedMemory: boolean;
  slots: number;
  result: { gasUsed: string; receiptsRoot: string; logsBloom: string; stateDiff: string; traces: string };
}

const hex = (bytes: Uint8Array): string => `0x${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`;

/** SHA-256 of a value's JSON. */
const digestOf = async (value: unknown): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(value)))));

/** Executes the block file on two slots, if it may, traces and all. */
export async function runShowcase(bytes: Uint8Array, execution: 'wasm' | 'typescript' = 'wasm'): Promise<Summary> {
  const { block, preState, codes, blockHashes } = await readBlockFile(bytes);
  const engine = await createEngine({ slots: 2, execution });
  try {
    const { sharedMemory, slots } = engine.capabilities;
    const state = await engine.createState(preState, { codes });
    const input = { block, state, blockHashes };
    const { traces } = await engine.runBlock({ ...input, commit: false, trace: 'calls' });
    const { gasUsed, receiptsRoot, logsBloom, stateDiff } = await engine.runBlock(input);
    return {
      sharedMemory,
      slots,
      result: {
        gasUsed: `0x${gasUsed.toString(16)}`,
        receiptsRoot: hex(receiptsRoot),
        logsBloom: hex(logsBloom),
        stateDiff: await digestOf(stateDiff.toJSON()),
        traces: await digestOf(traces),
      },
    };
  } finally {
    await engine.close();
  }
}
