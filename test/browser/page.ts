import { type CaptureTask, runCapture } from './capture.ts';
import { runShowcase } from './showcase.ts';

/** The page's query names a capture, or how the showcase is executed; without either it runs the showcase. */
async function result(): Promise<object> {
  const query = new URLSearchParams(location.search);
  const task = query.get('capture');
  const execution = query.get('execution') === 'typescript' ? 'typescript' : 'wasm';
  try {
    if (task !== null) return await runCapture(JSON.parse(task) as CaptureTask);
    const file = await fetch('./block.json.gz');
    return await runShowcase(new Uint8Array(await file.arrayBuffer()), execution);
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack ?? error}` : String(error) };
  }
}

const outcome = await result();
(document.getElementById('out') as HTMLElement).textContent = JSON.stringify(outcome, null, 2);
Object.assign(globalThis, { outcome });
