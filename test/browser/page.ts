import { type CaptureTask, runCapture } from './capture.ts';
import { runShowcase } from './showcase.ts';

/** The page's query names a capture; without one it runs the showcase. */
async function result(): Promise<object> {
  const task = new URLSearchParams(location.search).get('capture');
  try {
    if (task !== null) return await runCapture(JSON.parse(task) as CaptureTask);
    const file = await fetch('./block.json.gz');
    return await runShowcase(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack ?? error}` : String(error) };
  }
}

const outcome = await result();
(document.getElementById('out') as HTMLElement).textContent = JSON.stringify(outcome, null, 2);
Object.assign(globalThis, { outcome });
