#!/usr/bin/env node
// The command `parallel-evm`: arguments in, exit code out. Everything else is in a file per command.

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CAPTURE_SOURCES } from '../capture/sources.ts';
import { createCapturer, createChain, createEngine, readBlockFile } from '../index.ts';
import { type CaptureOptions, captureBlocks } from './capture.ts';
import { EXIT, type Output } from './engines.ts';
import { type ExplainFileOptions, explainFile } from './explain.ts';
import { type ImportOptions, importFiles } from './import.ts';
import { type RunOptions, runFiles } from './run.ts';
import { type SimulateFileOptions, simulateFiles } from './simulate.ts';
import { type TraceFileOptions, traceFile } from './trace.ts';
import { type VerifyOptions, verifyFiles } from './verify.ts';

const MAX_SLOTS = 64;

const RUN_HELP = `
Exit code: 0 if every block matches its header (gas used, receipts root, logs bloom and, where the header has it,
requests hash), 1 if one does not, 2 if an input or argument cannot be used. Receipts roots before Byzantium contain
state roots and are not compared; the result says so.

Examples:
  parallel-evm run                           the block that is shipped with the package
  parallel-evm run block.json.gz --slots 2
  parallel-evm run blocks/ --json --state-diff diffs.jsonl`;

const EXPLAIN_HELP = `
The block is executed in order on one slot while it is recorded what each transaction reads, writes and takes. Speed-ups
are ceilings: they take dependencies and times as known before, and nothing else as costing time.

Exit code: 0 if the block could be explained, 2 if an input or argument cannot be used.

Examples:
  parallel-evm explain
  parallel-evm explain block.json.gz --html block.html`;

const SIMULATE_HELP = `
What coordination costs on this machine is measured first; then each block is recorded in order on one slot, and the
pipeline runs under a virtual clock with those times. Speed-ups are against one slot.

Exit code: 0 if every block could be simulated, 2 if an input or argument cannot be used.

Examples:
  parallel-evm simulate
  parallel-evm simulate blocks/ --slots 1,2,16 --json`;

const CAPTURE_HELP = `
Blocks are numbers, ranges (100..110), hashes, or latest, safe, finalized. Each becomes NUMBER.json.gz, written when it was
executed and matches its header. What is there already is left alone; what was begun is taken up again.

Exit code: 0 if every block is there, 1 if one does not match its header, 2 if a node or argument cannot be used.

Examples:
  parallel-evm capture --rpc http://127.0.0.1:8545 24628607 -o blocks
  parallel-evm capture --rpc https://node.example 24628600..24628609 --header "Authorization: Bearer $TOKEN" -o blocks`;

const VERIFY_HELP = `
Every value comes out of the file's witness (trie nodes of the parent's state), not out of its pre-state; the state root
after the block is worked out and compared with the rest of the header.

Exit code: 0 if every block is verified, 1 if one is not or its witness does not prove it, 2 if an input or argument
cannot be used.

Examples:
  parallel-evm verify block.json.gz --slots 2
  parallel-evm verify blocks/ --json`;

const IMPORT_HELP = `
Files are RLP of blocks, one behind the other, as geth export writes them, plain or gzipped. The genesis file is a
genesis.json of geth, or an object with "header" and "preState" or "genesisBlockHeader" and "pre". Each block is checked
against all rules but its seal, executed, and its state root compared. The import ends with the first block that is refused.

Exit code: 0 if every block was taken, 1 if one was refused, 2 if an input or argument cannot be used.

Examples:
  parallel-evm import --genesis genesis.json chain.rlp --slots 2
  parallel-evm import --genesis genesis.json 1.rlp.gz 2.rlp.gz --json`;

const TRACE_HELP = `
The block is executed in order on one slot. Lines are JSON: one per transaction, or with --type opcodes one per instruction
(EIP-3155) and one at the end of each transaction.

Exit code: 0 if the block could be traced, 2 if an input or argument cannot be used.

Examples:
  parallel-evm trace
  parallel-evm trace block.json.gz --tx 3 --logs
  parallel-evm trace block.json.gz --tx 3 --type opcodes --memory
  parallel-evm trace block.json.gz --type prestate --diff`;

const TRACE_TYPES = ['calls', 'opcodes', 'prestate', 'accessList'];

const PRESET_NAMES = ['default', 'phase1', 'phase2'];

const SENDERS = ['trust', 'verify'];

const MAX_RUNS = 100;

const SIMULATED_SLOTS = [1, 2, 4, 8, 16, 32, 64];

/** A parser for numbers from 1 to `most`. */
const numberUpTo =
  (most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
    return value;
  };

/** A parser for whole numbers in a range; the library names its own limits. */
const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

/** A list of slot counts. */
function slotCountsOf(text: string): number[] {
  const one = numberUpTo(MAX_SLOTS);
  return text.split(',').map((part) => one(part.trim()));
}

const collected = (text: string, previous: string[] = []): string[] => [...previous, text];

function indicesOf(text: string, before: number[]): number[] {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be the index of a transaction.');
  return [...before, Number(text)];
}

function limitOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const OUTPUT: Output = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  isTerminal: process.stderr.isTTY === true,
};

function commandLine(): Command {
  const program = new Command('parallel-evm')
    .description('Executes Ethereum blocks in parallel, with the results of sequential execution')
    .version(packageVersion())
    .exitOverride();
  program
    .command('run')
    .description('execute block files (evm-block/1) and compare each result with its header')
    .argument('[paths...]', 'block files, or folders of them; without any: the block shipped with the package')
    .option('--slots <n>', `worker slots, 1 to ${MAX_SLOTS}`, numberUpTo(MAX_SLOTS))
    .addOption(new Option('--preset <name>', 'how blocks are run; the options below change it').choices(PRESET_NAMES))
    .addOption(new Option('--detection <kind>', 'what makes a result stale').choices(['read-based', 'dirty-read']))
    .addOption(new Option('--dispatch <kind>', 'how slots find work').choices(['static', 'dynamic', 'both']))
    .option('--queue-limit <n>', 'transactions by which a list may outgrow the shortest', numberUpTo(2 ** 31))
    .addOption(new Option('--pipeline <kind>', 'whether slots wait for their turn').choices(['streaming', 'wait']))
    .addOption(new Option('--senders <how>', 'what is done with given senders').choices(SENDERS))
    .option('--no-unconfirmed', 'attempts see confirmed state only')
    .option('--no-shadow', 'stale results are redone by whoever claims them')
    .option('--no-detect-in-advance', 'stale results are found in their turn only')
    .option('--json', 'one JSON object per block and line')
    .option('--state-diff <file>', 'write the state changes: one line of canonical JSON per block')
    .option('--timeline <file>', 'write what each slot did when: a page (.html), or trace events (.json) for Perfetto')
    .addHelpText('after', RUN_HELP)
    .action(async (paths: string[], options: RunOptions) => {
      process.exitCode = await runFiles(paths, options, { createEngine, readBlockFile }, OUTPUT);
    });
  program
    .command('explain')
    .description('tell why a block scales as it does: conflicts, longest chain, what more slots could bring')
    .argument('[path]', 'block file; without one: the block shipped with the package')
    .option(
      '--runs <n>',
      `executions to take each transaction's shortest time of, 1 to ${MAX_RUNS}`,
      numberUpTo(MAX_RUNS),
      5,
    )
    .option('--json', 'one JSON object')
    .option('--html <file>', 'write a page that draws the best schedules and what stands in their way')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (path: string | undefined, options: ExplainFileOptions) => {
      process.exitCode = await explainFile(path, options, { createEngine, readBlockFile }, OUTPUT);
    });
  program
    .command('simulate')
    .description('predict what blocks take on other numbers of slots, and what limits them')
    .argument('[paths...]', 'block files, or folders of them; without any: the block shipped with the package')
    .option('--slots <list>', `slot counts, 1 to ${MAX_SLOTS}, separated by commas`, slotCountsOf, [...SIMULATED_SLOTS])
    .option('--runs <n>', `executions to take times of, 1 to ${MAX_RUNS}`, numberUpTo(MAX_RUNS), 10)
    .option('--json', 'one JSON object per block and line')
    .addHelpText('after', SIMULATE_HELP)
    .action(async (paths: string[], options: SimulateFileOptions) => {
      process.exitCode = await simulateFiles(paths, options, { createEngine, readBlockFile }, OUTPUT);
    });
  program
    .command('capture')
    .description('write blocks of a node as block files (evm-block/1) that can be executed offline')
    .argument('<blocks...>', 'numbers, ranges A..B, hashes, or latest, safe, finalized')
    .addOption(new Option('--rpc <url>', 'JSON-RPC endpoint of the node').env('PARALLEL_EVM_RPC').makeOptionMandatory())
    .option('-o, --output <dir>', 'folder for the files', '.')
    .option('--header <text>', 'header for every request, "Name: value"; may be repeated', collected)
    .addOption(new Option('--source <kind>', 'where the state comes from').choices(CAPTURE_SOURCES).default('auto'))
    .option('--hardfork <name>', 'fork in force, for chains whose schedule is not known')
    .option('--batch-size <n>', 'questions per request', wholeNumber)
    .option('--concurrency <n>', 'requests at a time', wholeNumber)
    .option('--timeout <ms>', 'for one request', wholeNumber)
    .option('--retries <n>', 'how often a question is asked again', wholeNumber)
    .option('--json', 'one JSON object per block and line')
    .addHelpText('after', CAPTURE_HELP)
    .action(async (blocks: string[], options: CaptureOptions) => {
      process.exitCode = await captureBlocks(blocks, options, { createCapturer, createEngine, readBlockFile }, OUTPUT);
    });
  program
    .command('verify')
    .description('verify block files (evm-block/1) on their witnesses, the state root after the block included')
    .argument('<paths...>', 'block files with a witness, or folders of them')
    .option('--slots <n>', `worker slots, 1 to ${MAX_SLOTS}`, numberUpTo(MAX_SLOTS))
    .addOption(new Option('--preset <name>', 'how blocks are run').choices(PRESET_NAMES))
    .addOption(new Option('--senders <how>', 'what is done with given senders').choices(SENDERS))
    .option('--json', 'one JSON object per block and line')
    .addHelpText('after', VERIFY_HELP)
    .action(async (paths: string[], options: VerifyOptions) => {
      process.exitCode = await verifyFiles(paths, options, { createEngine, readBlockFile }, OUTPUT);
    });
  program
    .command('import')
    .description('import blocks (RLP, as geth export writes them) on top of a genesis block, in memory')
    .argument('<files...>', 'files of encoded blocks, in order')
    .requiredOption('--genesis <file>', 'the genesis block and its state (JSON)')
    .option('--slots <n>', `worker slots, 1 to ${MAX_SLOTS}`, numberUpTo(MAX_SLOTS))
    .addOption(new Option('--preset <name>', 'how blocks are run').choices(PRESET_NAMES))
    .addOption(
      new Option('--commit <kind>', 'whether a block begins before the last state root is known').choices([
        'pipelined',
        'sequential',
      ]),
    )
    .option('--json', 'one JSON object per block and line')
    .addHelpText('after', IMPORT_HELP)
    .action(async (files: string[], options: ImportOptions) => {
      process.exitCode = await importFiles(files, options, { createChain, createEngine }, OUTPUT);
    });
  program
    .command('trace')
    .description('tell what happens inside the transactions of a block: calls, instructions, state')
    .argument('[path]', 'block file; without one: the block shipped with the package')
    .addOption(new Option('--type <type>', 'what to tell').choices(TRACE_TYPES).default('calls'))
    .option('--tx <index>', 'a transaction to trace, may be repeated; all unless given', indicesOf, [])
    .option('--logs', 'calls: with the logs of each frame')
    .option('--only-top-call', 'calls: the outermost frame alone')
    .option('--memory', 'opcodes: with the memory before each instruction')
    .option('--return-data', "opcodes: with the last call's return data")
    .option('--no-stack', 'opcodes: without the stack')
    .option('--limit <n>', 'opcodes: so many instructions of each transaction at most', limitOf)
    .option('--diff', 'prestate: what changes, before and after')
    .option('--include-empty', 'prestate: with accounts that were not there')
    .option('--no-code', 'prestate: without code')
    .option('--no-storage', 'opcodes, prestate: without storage')
    .addHelpText('after', TRACE_HELP)
    .action(async (path: string | undefined, options: TraceFileOptions) => {
      process.exitCode = await traceFile(path, options, { createEngine, readBlockFile }, OUTPUT);
    });
  return program;
}

try {
  await commandLine().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has told the user already; its own code for wrong usage is the one for mismatches here.
  process.exitCode = error.exitCode === 0 ? EXIT.OK : EXIT.BAD_INPUT;
}
