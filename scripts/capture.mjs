/**
 * `node scripts/capture.mjs [--filter TEXT]`
 *
 * Captures mainnet blocks of the corpus from nodes that are made of their files: one that gives single values, and one
 * that gives an execution witness where the file has one. A capture has been executed against its header; its accounts and
 * slots must be those of the file.
 * Exit code 1: a case failed; 2: no corpus, or nothing to do.
 */
import { parseArgs } from 'node:util';
import { captureBlock, readBlockFile } from '../dist/src/index.js';
import { CORPUS, corpusBlocks, hasCorpus } from '../test/oracle/blocks.mjs';

/** Before EIP-161 an account can be there and empty, which single values do not tell. */
const SPURIOUS_DRAGON = 2_675_000;

/** @typedef {import('../dist/src/index.js').BlockFile} BlockFile */
/** @typedef {Record<string, any>} Json */

const { values } = parseArgs({ options: { filter: { type: 'string', default: '' } } });

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** @returns {never} */
function lacking() {
  throw Object.assign(new Error('the method does not exist'), { code: -32601 });
}

/** @param {BlockFile} file @param {boolean} hasWitness @returns {import('../dist/src/index.js').RpcFunction} */
function nodeOf({ raw: untyped, preState, codes }, hasWitness) {
  const raw = /** @type {Json} */ (untyped);
  const accounts = /** @type {Json} */ (
    Object.fromEntries(Object.entries(preState).map(([address, account]) => [address.toLowerCase(), account]))
  );
  const { header, parentHeader, transactions, withdrawals, ommers = [], witness } = raw;
  const block = { ...header, transactions, withdrawals, uncles: ommers.map((/** @type {Json} */ each) => each.hash) };
  const known = [block, { ...parentHeader, transactions: [] }];
  /** @type {Record<string, (...params: any[]) => unknown>} */
  const methods = {
    eth_chainId: () => '0x1',
    eth_getBlockByNumber: (number) => known.find((each) => each.number === number) ?? null,
    eth_getBlockByHash: (hash) => known.find((each) => each.hash === hash) ?? null,
    eth_getUncleByBlockHashAndIndex: (_, index) => ommers[Number(index)],
    eth_getBalance: (address) => accounts[address]?.balance ?? '0x0',
    eth_getTransactionCount: (address) => accounts[address]?.nonce ?? '0x0',
    eth_getCode: (address) => /** @type {Json} */ (codes)[accounts[address]?.codeHash] ?? '0x',
    eth_getStorageAt: (address, slot) => accounts[address]?.storage?.[slot] ?? '0x0',
    ...(hasWitness && { debug_executionWitness: () => ({ state: witness.nodes, codes: Object.values(codes) }) }),
  };
  return async (method, params) => (methods[method] ?? lacking)(...params);
}

/** @param {Json | null | undefined} a @param {Json | null | undefined} b */
function sameAccount(a, b) {
  if (!a || !b) return !a === !b;
  return BigInt(a.nonce) === BigInt(b.nonce) && BigInt(a.balance) === BigInt(b.balance);
}

/** What is captured against what is in the file. @param {BlockFile} captured @param {BlockFile} file @returns {string | undefined} */
function difference(captured, file) {
  const own = /** @type {Json} */ (
    Object.fromEntries(Object.entries(file.preState).map(([address, account]) => [address.toLowerCase(), account]))
  );
  for (const [address, account] of Object.entries(captured.preState)) {
    if (!sameAccount(account, own[address])) return `${address} is ${JSON.stringify(account)}`;
    for (const [slot, value] of Object.entries(account?.storage ?? {})) {
      if (BigInt(/** @type {string} */ (value)) !== BigInt(own[address]?.storage?.[slot] ?? 0))
        return `slot ${slot} of ${address} is ${value}`;
    }
  }
  return undefined;
}

/** @param {BlockFile} file @param {boolean} hasWitness @returns {Promise<string>} what was done; throws what was wrong */
async function check(file, hasWitness) {
  let runs = 0;
  // The hashes of other blocks come from the file: a node proves a hash by its header, which the file does not have.
  const raw = { ...file.raw, preState: {}, codes: {}, source: { state: [] } };
  const resumeFrom = await readBlockFile(new TextEncoder().encode(JSON.stringify(raw)));
  const captured = await captureBlock({
    rpc: nodeOf(file, hasWitness),
    block: file.number,
    source: hasWitness ? 'witness' : 'values',
    concurrency: 64,
    resumeFrom,
    onProgress: () => {
      runs += 1;
    },
  });
  const wrong = difference(captured, file);
  if (wrong !== undefined) throw new Error(wrong);
  const { accounts, slots } = /** @type {Json} */ (captured.raw.stats);
  const { state } = /** @type {Json} */ (captured.raw.source);
  return `${runs} runs, ${accounts} accounts, ${slots} slots from ${state.join(' and ')}`;
}

if (!hasCorpus()) refuse(`no corpus in ${CORPUS}: set PARALLEL_EVM_CORPUS`);
let [cases, failures, left] = [0, 0, 0];
for (const { number, path } of corpusBlocks().filter((block) => String(block.number).includes(values.filter))) {
  const file = await readBlockFile(path);
  const { parentHeader, ommerHashes = [], witness } = /** @type {Json} */ (file.raw);
  if (parentHeader === undefined || ommerHashes.length > 0) {
    left += 1;
    continue;
  }
  const kinds = [...(witness ? [true] : []), ...(number >= SPURIOUS_DRAGON || !witness ? [false] : [])];
  for (const hasWitness of kinds) {
    cases += 1;
    try {
      console.log(`${number} ${file.hardfork}: ${await check(file, hasWitness)}`);
    } catch (error) {
      failures += 1;
      console.log(`${number} ${file.hardfork} FAILED: ${error instanceof Error ? error.message : error}`);
    }
  }
}
if (cases === 0) refuse('no block that could be captured');
console.log(`${cases - failures} of ${cases} captures; ${left} files have no parent's header or lack ommers`);
process.exitCode = failures === 0 ? 0 : 1;
