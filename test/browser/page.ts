import { runShowcase } from './showcase.ts';

async function result(): Promise<object> {
  try {
    const file = await fetch('./block.json.gz');
    return await runShowcase(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack ?? error}` : String(error) };
  }
}

const outcome = await result();
(document.getElementById('out') as HTMLElement).textContent = JSON.stringify(outcome, null, 2);
Object.assign(globalThis, { outcome });
