/**
 * Basic tests: what each file says of the parts that the library has or stands on.
 *
 *   difficulty*.json        the difficulty that @ethereumjs/block gives a block made on a parent is the one that the
 *                           library hands to the opcode DIFFICULTY, and the one that its rules for headers demand
 *   genesishashestest.json  the RLP of mainnet's first block decodes, to its state root and hash
 *   blockgenesistest.json   first blocks from before Frontier: their RLP goes there and back, and as blocks they are refused,
 *                           since their headers lack what every header since has
 *   txtest.json             signed transactions decode to their fields and to the owner of the key; what was signed
 *   keyaddrtest.json        the key of a seed, its address, and the address recovered from what the key signs. The
 *                           signatures in the file are not read: they are none of the empty string's hash by that key
 *   hexencodetest.json      hex-prefix encoding of the tries that the state tests are judged by
 *   crypto.json             ECIES of the network protocol on the library's curve and hashes; AES, which comes from Node
 */
import { createDecipheriv } from 'node:crypto';
import { basename } from 'node:path';
import { createBlock, createBlockHeader } from '@ethereumjs/block';
import { Common, createCustomCommon, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { supportedFork } from '../../dist/src/block/forks.js';
import { addressOfPublicKey, recoverAddress } from '../../dist/src/block/recover.js';
import { decodeRlp, rpcOfEnvelope, rpcOfRlp } from '../../dist/src/block/rlp.js';
import { signingHash } from '../../dist/src/block/signature.js';
import { difficultyOf } from '../../dist/src/rules/difficulty.js';
import { NO_OMMERS } from '../../dist/src/rules/header-rules.js';
import { blockHash, hex } from './encoding.mjs';
import { blockAround } from './transaction-tests.mjs';
import { hexPrefix } from './trie.mjs';

/** @typedef {import('../../dist/src/statetest.js').BareEngine} BareEngine */

/** Fields of a transaction of type 0 before EIP-155 without its signature. */
const UNSIGNED_FIELDS = 6;

/** Entries of the files, by name or by place. @typedef {(content: any, engine: BareEngine) => Promise<string | undefined>} Run */

/** @param {string} what @param {unknown} is @param {unknown} should */
const unequal = (what, is, should) => (is === should ? undefined : `${what} ${is}, should be ${should}`);

/** @param {string} key */
const addressOfKey = (key) => hex(addressOfPublicKey(secp256k1.getPublicKey(hexToBytes(key), false).subarray(1)));

/** Ropsten, which has left @ethereumjs/common, as it was when the tests were made. */
const ROPSTEN = [
  { name: 'chainstart', block: 0 },
  { name: 'homestead', block: 0 },
  { name: 'byzantium', block: 1_700_000 },
  { name: 'constantinople', block: 4_230_000 },
];

/** What @ethereumjs/common is to say of the block, by the file that it is in. @param {string} path @param {bigint} blockNumber */
function commonOf(path, blockNumber) {
  if (path.includes('Homestead')) return new Common({ chain: Mainnet, hardfork: 'homestead' });
  const common = path.includes('Ropsten')
    ? createCustomCommon({ chainId: 3, hardforks: ROPSTEN }, Mainnet)
    : new Common({ chain: Mainnet });
  common.setHardforkBy({ blockNumber });
  return common;
}

/** @param {string} path @returns {Run} */
const difficulty = (path) => async (test, engine) => {
  const number = BigInt(test.currentBlockNumber);
  const common = commonOf(path, number);
  const parent = createBlockHeader(
    {
      number: number - 1n,
      timestamp: BigInt(test.parentTimestamp),
      difficulty: BigInt(test.parentDifficulty),
      ...(test.parentUncles && { uncleHash: test.parentUncles }),
    },
    { common, skipConsensusFormatValidation: true },
  );
  const header = { number, timestamp: BigInt(test.currentTimestamp), gasLimit: 5000 };
  const options = { common, calcDifficultyFromHeader: parent, skipConsensusFormatValidation: true };
  const block = createBlock({ header }, options);
  const plain = await engine.decode(block, common.hardfork());
  const should = BigInt(test.currentDifficulty);
  const hasOmmers = hex(parent.uncleHash) !== NO_OMMERS;
  const rule = difficultyOf(supportedFork(common.hardfork()), number, header.timestamp, { ...parent, hasOmmers });
  return unequal('difficulty', BigInt(hex(plain.header.prevRandao)), should) ?? unequal('rule', rule, should);
};

/** @type {Run} */
async function genesis(test, engine) {
  const bytes = hexToBytes(test.genesis_rlp_hex);
  const { header, transactions } = await engine.decode(bytes, 'chainstart');
  const root = header.expected.stateRoot ?? new Uint8Array(0);
  return (
    unequal('number', header.number, 0n) ??
    unequal('transactions', transactions.length, 0) ??
    unequal('state root', bytesToHex(root), test.genesis_state_root) ??
    unequal('hash', blockHash(rpcOfRlp(bytes)), `0x${test.genesis_hash}`)
  );
}

/** @type {Run} */
async function oldGenesis({ result }, engine) {
  const bytes = hexToBytes(result);
  const again = bytesToHex(RLP.encode(decodeRlp(bytes, 'block', 'a block')));
  if (again !== result) return `decoded and encoded again it is ${again}`;
  const refusal = await engine.decode(bytes, 'chainstart').then(
    () => undefined,
    (error) => `${error.code} ${error.field}`,
  );
  return unequal('refusal', refusal, 'BAD_ARGUMENT header');
}

/** @type {Run} */
async function transaction(test, engine) {
  const fields = rpcOfEnvelope(hexToBytes(test.signed), 'tx');
  const { transactions } = await engine.decode(blockAround('chainstart', fields), 'chainstart');
  const [plain] = /** @type {[import('../../dist/src/block/types.js').PlainTransaction]} */ (transactions);
  const unsigned = /** @type {any[]} */ (decodeRlp(hexToBytes(test.unsigned), 'unsigned', 'a transaction'));
  return (
    unequal('sender', hex(plain.from), addressOfKey(test.key)) ??
    unequal('nonce', plain.nonce, BigInt(test.nonce)) ??
    unequal('gas price', plain.maxFeePerGas, BigInt(test.gasprice)) ??
    unequal('gas', plain.gasLimit, BigInt(test.startgas)) ??
    unequal('recipient', bytesToHex(plain.to ?? new Uint8Array(0)), test.to) ??
    unequal('value', plain.value, BigInt(test.value)) ??
    unequal('data', bytesToHex(plain.data), test.data) ??
    unequal('signed hash', hex(signingHash(plain, [])), hex(keccak_256(RLP.encode(unsigned.slice(0, UNSIGNED_FIELDS)))))
  );
}

/** @type {Run} */
async function keyAddress({ seed, key, addr }) {
  const hash = keccak_256(new TextEncoder().encode(seed));
  const signature = secp256k1.sign(hash, hexToBytes(key), { prehash: false, format: 'recovered' });
  const { r, s, recovery } = secp256k1.Signature.fromBytes(signature, 'recovered');
  const signer = recoverAddress(hash, { yParity: BigInt(recovery ?? 0), r, s });
  return (
    unequal('key', bytesToHex(hash), key) ??
    unequal('address', addressOfKey(key), `0x${addr}`) ??
    unequal('signer', signer && bytesToHex(signer), addr)
  );
}

/** @type {Run} */
const hexEncoding = async ({ seq, term, out }) =>
  unequal('encoding', bytesToHex(hexPrefix(Uint8Array.from(seq), term)), out);

/** @param {string} cipher @param {Uint8Array} key @param {Uint8Array} iv @param {Uint8Array} text */
function decipher(cipher, key, iv, text) {
  const steps = createDecipheriv(cipher, key, iv);
  return bytesToHex(concatBytes(steps.update(text), steps.final()));
}

/** SEC 1, 5.1, with AES-128-CTR and HMAC-SHA-256, whose key is hashed once more. @type {Run} */
async function ecies({ key, cipher, payload }) {
  const bytes = hexToBytes(cipher);
  const sealed = bytes.subarray(65, -32);
  const shared = secp256k1.getSharedSecret(hexToBytes(key), bytes.subarray(0, 65)).subarray(1);
  const keys = sha256(concatBytes(Uint8Array.of(0, 0, 0, 1), shared));
  const tag = hmac(sha256, sha256(keys.subarray(16)), sealed);
  return (
    unequal('tag', bytesToHex(tag), bytesToHex(bytes.subarray(-32))) ??
    unequal(
      'payload',
      decipher('aes-128-ctr', keys.subarray(0, 16), sealed.subarray(0, 16), sealed.subarray(16)),
      payload,
    )
  );
}

/** @type {Run} */
const aes = async ({ key, cipher, payload }) =>
  unequal('payload', decipher('aes-256-ctr', hexToBytes(key), new Uint8Array(16), hexToBytes(cipher)), payload);

/** @type {Run} */
const cryptography = (test, engine) => (test.decryption_type === 'aes_ctr' ? aes : ecies)(test, engine);

/** @type {Readonly<Record<string, Run>>} */
const FILES = {
  genesishashestest: genesis,
  blockgenesistest: oldGenesis,
  txtest: transaction,
  keyaddrtest: keyAddress,
  hexencodetest: hexEncoding,
  crypto: cryptography,
};

/** @param {any} file @param {string} path @returns {import('./cases.mjs').Case[]} */
export function basicCases(file, path) {
  const name = basename(path, '.json');
  const judge = name.startsWith('difficulty') ? difficulty(path) : FILES[name];
  if (judge === undefined) throw new Error(`${path} is of an unknown kind`);
  const tests = name === 'genesishashestest' ? { mainnet: file } : file;
  return Object.entries(tests).map(([test, content]) => ({
    ...{ test, fork: 'all', index: name },
    run: (/** @type {BareEngine} */ engine) => judge(content, engine),
  }));
}
