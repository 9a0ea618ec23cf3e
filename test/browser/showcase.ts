// One run of the showcase block, the same code in the page and in Node: what the browser test compares.
import { createEngine, readBlockFile } from 'parallel-evm';

export interface Summary {
  sharedMemory: boolean;
  slots: number;
  result: { gasUsed: string; receiptsRoot: string; logsBloom: string; stateDiff: string };
}

const hex = (bytes: Uint8Array): string => `0x${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`;

/** Executes the block file on two slots, if it may; the state diff is given as the SHA-256 of its JSON. */
export async function runShowcase(bytes: Uint8Array): Promise<Summary> {
  const { block, preState, codes, blockHashes } = await readBlockFile(bytes);
  const engine = await createEngine({ slots: 2 });
  try {
    const { sharedMemory, slots } = engine.capabilities;
    const state = await engine.createState(preState, { codes });
    const { gasUsed, receiptsRoot, logsBloom, stateDiff } = await engine.runBlock({ block, state, blockHashes });
    const diff = new TextEncoder().encode(JSON.stringify(stateDiff.toJSON()));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', diff));
    return {
      sharedMemory,
      slots,
      result: {
        gasUsed: `0x${gasUsed.toString(16)}`,
        receiptsRoot: hex(receiptsRoot),
        logsBloom: hex(logsBloom),
        stateDiff: hex(digest),
      },
    };
  } finally {
    await engine.close();
  }
}
