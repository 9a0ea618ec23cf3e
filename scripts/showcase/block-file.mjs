/**
 * Writes and reads the block format `evm-block/1`: one JSON object with everything that execution needs. Keys are in
 * a fixed order (state sorted by address and slot) and the gzip header carries no time, so equal blocks are equal files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bytesToHex } from '@ethereumjs/util';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {import('@ethereumjs/block').Block} Block */

/** @param {bigint | number} value */
const quantity = (value) => `0x${value.toString(16)}`;

/** @param {string} hex */
const minimal = (hex) => quantity(BigInt(hex));

/** @param {[string, unknown][]} entries */
const sorted = (entries) => Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

/** @param {World} world the state before the block @returns {{ preState: object, codes: object }} */
export function snapshot({ state }) {
  const codes = new Map();
  const accounts = [...state.accounts].map(([address, account]) => {
    const code = state.codes.get(address);
    if (code !== undefined) codes.set(bytesToHex(account.codeHash), bytesToHex(code));
    const slots = [...(state.storages.get(address) ?? [])].map(([slot, value]) => [slot, minimal(bytesToHex(value))]);
    const entry = {
      nonce: quantity(account.nonce),
      balance: quantity(account.balance),
      ...(code !== undefined && { codeHash: bytesToHex(account.codeHash) }),
      storage: sorted(slots),
    };
    return [address, entry];
  });
  return { preState: sorted(accounts), codes: sorted([...codes]) };
}

/** @param {Block} block */
function headerJson({ header }) {
  const json = header.toJSON();
  return {
    hash: bytesToHex(header.hash()),
    parentHash: json.parentHash,
    sha3Uncles: json.uncleHash,
    miner: json.coinbase,
    stateRoot: json.stateRoot,
    transactionsRoot: json.transactionsTrie,
    receiptsRoot: json.receiptTrie,
    logsBloom: json.logsBloom,
    difficulty: json.difficulty,
    number: json.number,
    gasLimit: json.gasLimit,
    gasUsed: json.gasUsed,
    timestamp: json.timestamp,
    extraData: json.extraData,
    mixHash: json.mixHash,
    nonce: json.nonce,
    baseFeePerGas: json.baseFeePerGas,
    withdrawalsRoot: json.withdrawalsRoot,
    blobGasUsed: json.blobGasUsed,
    excessBlobGas: json.excessBlobGas,
    parentBeaconBlockRoot: json.parentBeaconBlockRoot,
    requestsHash: json.requestsHash,
  };
}

/** @param {Record<string, string>} tuple whose numbers the library writes as byte strings */
function authorizationJson({ chainId, address, nonce, yParity, r, s }) {
  const number = (/** @type {string} */ hex) => quantity(BigInt(hex === '0x' ? 0 : hex));
  return {
    chainId: number(chainId),
    address,
    nonce: number(nonce),
    yParity: number(yParity),
    r: number(r),
    s: number(s),
  };
}

/** @param {import('@ethereumjs/tx').TypedTransaction} tx @param {bigint} baseFee */
export function transactionJson(tx, baseFee) {
  const json = tx.toJSON();
  const typed = tx.type > 0;
  return {
    type: quantity(tx.type),
    hash: bytesToHex(tx.hash()),
    from: tx.getSenderAddress().toString(),
    nonce: json.nonce,
    gas: json.gasLimit,
    gasPrice: quantity(tx.getEffectivePriorityFee(baseFee) + baseFee),
    maxFeePerGas: json.maxFeePerGas,
    maxPriorityFeePerGas: json.maxPriorityFeePerGas,
    maxFeePerBlobGas: json.maxFeePerBlobGas,
    to: tx.to?.toString() ?? null,
    value: json.value,
    input: json.data,
    chainId: typed || (tx.v ?? 0n) >= 35n ? '0x1' : undefined,
    accessList: json.accessList,
    blobVersionedHashes: json.blobVersionedHashes,
    authorizationList: json.authorizationList?.map(authorizationJson),
    v: json.v,
    yParity: typed ? json.v : undefined,
    r: json.r,
    s: json.s,
  };
}

/** @param {Block} block */
function withdrawalsJson({ withdrawals }) {
  return withdrawals?.map((withdrawal) => {
    const { index, validatorIndex, address, amount } = withdrawal.toJSON();
    return { index, validatorIndex, address, amount };
  });
}

/** @param {World} world @param {Block} block */
function blockHashesJson(world, block) {
  const parent = Number(block.header.number) - 1;
  const asked = new Map([...world.askedHashes, [parent, world.hashOfBlock(parent)]]);
  return Object.fromEntries([...asked].sort(([a], [b]) => a - b));
}

/**
 * @param {World} world after the block @param {Block} block
 * @param {{ preState: object, codes: object }} before
 */
export function blockJson(world, block, before) {
  const header = headerJson(block);
  const baseFee = block.header.baseFeePerGas ?? 0n;
  const { gasUsed, receiptsRoot, logsBloom, stateRoot } = header;
  return {
    format: 'evm-block/1',
    network: 'mainnet',
    chainId: 1,
    number: Number(block.header.number),
    hardfork: world.fork.name,
    header,
    transactions: block.transactions.map((tx) => transactionJson(tx, baseFee)),
    withdrawals: withdrawalsJson(block),
    blockHashes: blockHashesJson(world, block),
    preState: before.preState,
    codes: before.codes,
    expect: { gasUsed, receiptsRoot, logsBloom, stateRoot, stateRootCheckable: true, receiptsRootCheckable: true },
  };
}

/** @param {string | URL} file @param {object} json @returns {number} bytes written */
export function writeBlockFile(file, json) {
  const bytes = gzipSync(JSON.stringify(json), { level: 9 });
  bytes[9] = 0xff; // "unknown system": zlib would name the one it was built on
  writeFileSync(file, bytes);
  return bytes.length;
}

/** @param {string | URL} file */
export const readBlockFile = (file) => JSON.parse(gunzipSync(readFileSync(file)).toString());
