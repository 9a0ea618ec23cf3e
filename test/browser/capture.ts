// One capture of a node's block, the same code in the page and in Node: what the browser test compares.
import { captureBlock } from 'parallel-evm';

export interface CaptureTask {
  rpc: string;
  block: number;
  hardfork: string;
}

/** The captured file as JSON. */
export async function runCapture({ rpc, block, hardfork }: CaptureTask): Promise<object> {
  return (await captureBlock({ rpc, block, hardfork })).raw;
}
