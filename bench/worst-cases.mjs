/**
 * The cases of `benchmark-eest`: worst-case blocks per opcode and precompile (execution-spec-tests, `tests-benchmark`),
 * in the shape of blockchain tests. The last block of a case is measured, the ones before it set the state up.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBlockFromRLP } from '@ethereumjs/block';
import { hexToBytes } from '@ethereumjs/util';
import { CORPUS } from '../test/oracle/blocks.mjs';
import { commonOf, prepareBlock } from '../test/oracle/reference.mjs';
import { worldOf } from '../test/oracle/world.mjs';

export const SUITE = join(CORPUS, 'suites/benchmark-eest.tar.gz');

/** @returns {boolean} */
export const hasSuite = () => existsSync(SUITE);

const FILE_BYTES = 2 ** 26;

/** @param {string[]} args @returns {string} what tar prints */
const tar = (...args) => execFileSync('tar', args, { encoding: 'utf8', maxBuffer: FILE_BYTES });

/** @param {string} text quantities of fixtures may have leading zeros */
const number = (text) => Number(BigInt(text));

/** @param {any} header of a fixture, under the names that block files have */
const claimsOf = ({ gasUsed, receiptTrie, bloom, requestsHash }) => ({
  gasUsed,
  receiptsRoot: receiptTrie,
  logsBloom: bloom,
  ...(requestsHash !== undefined && { requestsHash }),
});

/** `tests/...py::test_sha256[fork_Osaka-blockchain_test-benchmark-gas-value_30M]` is `precompile/sha256 30M`. */
function nameOf(path, key) {
  const file = path.replace(/^.*\/compute\//, '').replace(/\.json$/, '');
  const [, parameters = ''] = /\[(.*)\]$/.exec(key) ?? [];
  const gas = /benchmark-gas-value_(\w+)/.exec(parameters)?.[1] ?? '';
  const rest = parameters.replace(/^fork_\w+?-blockchain_test-?/, '').replace(/-?benchmark-gas-value_\w+/, '');
  return [file, rest, gas].filter((part) => part !== '').join(' ');
}

/** One case: its blocks for both sides and what their headers claim. */
export class WorstCase {
  name;
  gasUsed;
  #fixture;

  /** @param {string} name @param {any} fixture */
  constructor(name, fixture) {
    this.name = name;
    this.#fixture = fixture;
    this.gasUsed = number(fixture.blocks.at(-1).blockHeader.gasUsed);
  }

  /** The chain id and fork of the blocks, for either side. */
  get common() {
    const { config, network } = this.#fixture;
    return commonOf({ chainId: number(config.chainid), hardfork: network.toLowerCase() });
  }

  get preState() {
    return this.#fixture.pre;
  }

  /** By decimal number, the genesis block first. */
  get blockHashes() {
    const { genesisBlockHeader, blocks } = this.#fixture;
    const headers = [genesisBlockHeader, ...blocks.map(({ blockHeader }) => blockHeader)];
    return Object.fromEntries(headers.map((header) => [String(number(header.number)), header.hash]));
  }

  /** Each block with the claims of its header; new objects every time, since the reference caches in them. */
  blocks() {
    const { common } = this;
    return this.#fixture.blocks.map(({ rlp, blockHeader }) => ({
      block: createBlockFromRLP(hexToBytes(rlp), { common, setHardfork: false }),
      claims: claimsOf(blockHeader),
    }));
  }

  /** The measured block on @ethereumjs/vm, behind the blocks that set up. */
  async reference() {
    let world = worldOf({ preState: this.preState, codes: {} });
    const blocks = this.blocks();
    const last = blocks.pop().block;
    for (const { block } of blocks) {
      const run = await prepareBlock(block, world, this.blockHashes).run();
      world = run.world;
    }
    for (const tx of last.transactions) tx.getSenderAddress(); // kept by the library, so runs need not recover it
    return prepareBlock(last, world, this.blockHashes);
  }
}

/** @param {RegExp} pattern of names @returns {Generator<WorstCase>} */
export function* worstCases(pattern) {
  const paths = tar('-tzf', SUITE).split('\n');
  for (const path of paths.filter((name) => name.endsWith('.json'))) {
    const cases = Object.entries(JSON.parse(tar('-xzOf', SUITE, path)));
    for (const [key, fixture] of cases) {
      const name = nameOf(path, key);
      if (pattern.test(name)) yield new WorstCase(name, fixture);
    }
  }
}
