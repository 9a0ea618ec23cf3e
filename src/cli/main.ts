#!/usr/bin/env node
// The command `parallel-evm`: arguments in, exit code out. Everything else is in run.ts.

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { createEngine, readBlockFile } from '../index.ts';
import { EXIT, type Output, type RunOptions, runFiles } from './run.ts';

const MAX_SLOTS = 64;

const RUN_HELP = `
Exit code: 0 if every block matches its header (gas used, receipts root, logs bloom and, where the header has it,
requests hash), 1 if one does not, 2 if an input or argument cannot be used. Receipts roots before Byzantium contain
state roots and are not compared; the result says so.

Examples:
  parallel-evm run                           the block that is shipped with the package
  parallel-evm run block.json.gz --slots 2
  parallel-evm run blocks/ --json --state-diff diffs.jsonl`;

const PRESET_NAMES = ['default', 'phase1', 'phase2'];

function slotsOf(text: string): number {
  const slots = /^\d+$/.test(text) ? Number(text) : 0;
  if (slots < 1 || slots > MAX_SLOTS) throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_SLOTS}.`);
  return slots;
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
    .option('--slots <n>', `worker slots, 1 to ${MAX_SLOTS}`, slotsOf)
    .addOption(new Option('--preset <name>', 'how blocks are run; the options below change it').choices(PRESET_NAMES))
    .addOption(new Option('--detection <kind>', 'what makes a result stale').choices(['read-based', 'dirty-read']))
    .addOption(new Option('--dispatch <kind>', 'how slots find work').choices(['static', 'dynamic', 'both']))
    .addOption(new Option('--pipeline <kind>', 'whether slots wait for their turn').choices(['streaming', 'wait']))
    .option('--no-unconfirmed', 'attempts see confirmed state only')
    .option('--no-shadow', 'stale results are redone by whoever claims them')
    .option('--no-detect-in-advance', 'stale results are found in their turn only')
    .option('--json', 'one JSON object per block and line')
    .option('--state-diff <file>', 'write the state changes: one line of canonical JSON per block')
    .addHelpText('after', RUN_HELP)
    .action(async (paths: string[], options: RunOptions) => {
      process.exitCode = await runFiles(paths, options, { createEngine, readBlockFile }, OUTPUT);
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
