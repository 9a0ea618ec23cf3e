// Builds the tracing kernels: the library's, with hooks that note what happens (assembly/tracing.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { compileKernels } from './kernels.mjs';

const { wasm, wat } = await compileKernels({ 'trace.ts': readFileSync('assembly/tracing.ts', 'utf8') });
writeFileSync('build/tracing.wasm', wasm);
writeFileSync('build/tracing.wat', wat);
