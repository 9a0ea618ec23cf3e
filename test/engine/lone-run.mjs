// A program as a user writes it, for life.test.ts: runs one block file on an engine and closes it. Nothing here ends the
// process.
import { createEngine, readBlockFile } from '../../dist/src/index.js';

const [path, slots] = process.argv.slice(2);
const { block, preState, codes, blockHashes } = await readBlockFile(path);
const engine = await createEngine({ slots: Number(slots) });
const state = await engine.createState(preState, { codes });
const { gasUsed } = await engine.runBlock({ block, state, blockHashes });
console.log(String(gasUsed));
await engine.close();
