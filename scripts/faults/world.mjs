/**
 * Blocks in which slots come by every step of the protocol, drawn from a seed, and the calls of a call job. Conflicts and
 * small contracts come from the schedule harness's blocks; what needs a precompile, a large read set or a large arena is
 * added here.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { drawBlock, preState as smallState } from '../schedules/blocks.mjs';
import { assemble, call, creationCode, jumpIf, label, put, store } from '../showcase/assembler.mjs';
import { Random } from '../showcase/random.mjs';

/** @typedef {`0x${string}`} Hex */
/** @typedef {'mixed' | 'reads' | 'made' | 'large' | 'wide'} Kind */

const hex = (/** @type {number | bigint} */ value) => /** @type {Hex} */ (`0x${value.toString(16)}`);
const address = (/** @type {number} */ index) => /** @type {Hex} */ (`0x${index.toString(16).padStart(40, '0')}`);

const SENDERS = [0xb1, 0xb2, 0xb3, 0xb4].map(address);
/** They send in the block behind the one with the fault. */
const LATER = [0xd1, 0xd2, 0xd3].map(address);
const ETHER = 10n ** 18n;
const GAS_PRICE = 10n ** 10n;

const CURVES = 0xe1;
const NEW_SLOTS = 0xe2;
const READER = 0xe3;
const BUSY = 0xe4;
const LARGE = 0xe5;
const MAKER = 0xe6;
const WRITER = 0xe7;

const BN254_ADD = 6;
/** More than are worth comparing in parts (CHECK_LEAST). */
const READS = 5000;
const LARGE_BYTES = 2 ** 20;
/** More than are worth hashing together. */
const WRITES = 400;

/** `body` with each number from `rounds` down to 1 on the stack. */
const loop = (/** @type {any} */ rounds, /** @type {any[]} */ body) => [
  [rounds, label('again'), body, 1, 'SWAP1', 'SUB', 'DUP1', jumpIf('again')],
  'STOP',
];

/** Its code ends as soon as it is called. */
const INIT = creationCode(assemble('CALLER', 'POP'));
const MADE = /** @type {Hex} */ (
  `0x${bytesToHex(keccak_256(hexToBytes(`ff${address(MAKER).slice(2)}${'00'.repeat(32)}${bytesToHex(keccak_256(hexToBytes(INIT)))}`))).slice(24)}`
);

const CODES = {
  /** Adds two points of BN254, both at infinity; what the call says goes to slot 0. */
  [CURVES]: assemble(call('CALL', BN254_ADD, { input: [0, 128], output: [0, 64] }), 0, 'SSTORE'),
  /** slot[CALLDATA] = 1 and slot[0] += 1. */
  [NEW_SLOTS]: assemble(1, 0, 'CALLDATALOAD', 'SSTORE', store(0, [0, 'SLOAD', 1, 'ADD'])),
  [READER]: assemble(loop(READS, ['DUP1', 'DUP1', 'SLOAD', 'POP', 'POP'])),
  [WRITER]: assemble(loop(WRITES, ['DUP1', 'DUP1', 'SSTORE'])),
  /** As many rounds of 26 gas as the call says. */
  [BUSY]: assemble(loop([0, 'CALLDATALOAD'], [])),
  /** CREATE2 of INIT with salt 0. */
  [MAKER]: assemble(put(0, `0x${INIT.padEnd(64, '0')}`), 0, INIT.length / 2, 0, 0, 'CREATE2', 'POP'),
  /** A log and a result that the first arena has no room for. */
  [LARGE]: assemble(put(LARGE_BYTES - 32, 7), LARGE_BYTES, 0, 'LOG0', LARGE_BYTES, 0, 'RETURN'),
};

export function preState() {
  const state = smallState();
  for (const sender of [...SENDERS, ...LATER]) state[sender] = { nonce: 0, balance: 100n * ETHER };
  for (const [at, code] of Object.entries(CODES))
    state[address(Number(at))] = { nonce: 1, balance: 0n, code: `0x${code}` };
  return state;
}

class Sending {
  /** @type {Map<Hex, number>} */
  #nonces = new Map();

  /** @param {Hex} from @param {{ to: Hex, value?: bigint, input?: Hex, gas?: number }} fields */
  tx(from, { to, value = 0n, input = '0x', gas = 200_000 }) {
    const nonce = this.#nonces.get(from) ?? 0;
    this.#nonces.set(from, nonce + 1);
    const fees = { type: '0x0', chainId: '0x1', gas: hex(gas), gasPrice: hex(GAS_PRICE) };
    return { ...fees, nonce: hex(nonce), to, value: hex(value), input, from };
  }
}

/** @param {Random} random @returns {{ to: Hex, value?: bigint, input?: Hex }} */
const drawCall = (random) =>
  random.pick([
    () => ({ to: address(CURVES) }),
    () => ({ to: address(NEW_SLOTS), input: hex(random.next() | (1n << 63n)) }),
    () => ({ to: address(random.int(0x100000, 0xffffff)), value: 1n }),
    () => ({ to: address(0xc1) }),
  ])();

const word = (/** @type {Hex} */ value) => /** @type {Hex} */ (`0x${value.slice(2).padStart(64, '0')}`);
const called = (/** @type {any} */ { input, ...rest }) => ({ ...rest, ...(input && { input: word(input) }) });

/** @param {string} seed */
function mixed(seed) {
  const random = new Random(seed);
  const block = drawBlock(seed, 16);
  const sending = new Sending();
  for (let i = 0; i < 24; i++) {
    const own = i === 0 ? { to: address(CURVES) } : called(drawCall(random));
    block.transactions.splice(random.int(0, block.transactions.length), 0, sending.tx(random.pick(SENDERS), own));
  }
  // Nonces count in the order of the block.
  const nonces = new Map();
  for (const tx of block.transactions.filter(({ from }) => SENDERS.includes(from))) {
    tx.nonce = hex(nonces.get(tx.from) ?? 0);
    nonces.set(tx.from, (nonces.get(tx.from) ?? 0) + 1);
  }
  return block;
}

/** @param {string} seed @param {any[]} transactions */
const blockOf = (seed, transactions) => ({ ...drawBlock(seed, 1), transactions });

/** @type {Record<Kind, (seed: string) => any>} */
const BLOCKS = {
  mixed,
  /** A large read set is ready while the transaction in front of it runs. */
  reads(seed) {
    const sending = new Sending();
    const [a, b, c, d] = SENDERS;
    return blockOf(seed, [
      sending.tx(a, { to: address(BUSY), input: word(hex(650_000)), gas: 17_500_000 }),
      sending.tx(b, { to: address(READER), gas: 11_900_000 }),
      sending.tx(c, { to: d, value: 1n }),
      sending.tx(d, { to: c, value: 1n }),
    ]);
  },
  /** A contract is called that was made behind a transaction which runs for a while: nobody can say yet what its code is. */
  made(seed) {
    const sending = new Sending();
    const [a, b, c, d] = SENDERS;
    return blockOf(seed, [
      sending.tx(a, { to: address(BUSY), input: word(hex(1_000_000)), gas: 27_000_000 }),
      sending.tx(b, { to: address(MAKER) }),
      sending.tx(c, { to: MADE }),
      sending.tx(d, { to: MADE }),
      sending.tx(c, { to: d, value: 1n }),
    ]);
  },
  /** Four transactions, so that all slots take part; the first two need a larger arena. */
  large(seed) {
    const sending = new Sending();
    const [a, b, c, d] = SENDERS;
    return blockOf(seed, [
      sending.tx(a, { to: address(LARGE), gas: 12_000_000 }),
      sending.tx(b, { to: address(LARGE), gas: 12_000_000 }),
      sending.tx(c, { to: d, value: 1n }),
      sending.tx(d, { to: c, value: 1n }),
    ]);
  },
  /** One account changes so many slots that all slots of the engine hash its tries. */
  wide(seed) {
    const sending = new Sending();
    const [a, b, c, d] = SENDERS;
    return blockOf(seed, [
      sending.tx(a, { to: address(WRITER), gas: 12_000_000 }),
      sending.tx(b, { to: d, value: 1n }),
      sending.tx(c, { to: d, value: 1n }),
      sending.tx(d, { to: c, value: 1n }),
    ]);
  },
};

/** @param {Kind} kind @param {string} seed */
export const blockFor = (kind, seed) => BLOCKS[kind](seed);

/** Valid on the state before the block with the fault and on the one behind it. @param {string} seed */
export function nextBlock(seed) {
  const random = new Random(`${seed}/next`);
  const sending = new Sending();
  return blockOf(
    seed,
    Array.from({ length: 12 }, () => sending.tx(random.pick(LATER), called(drawCall(random)))),
  );
}

/** @param {Kind} kind @param {string} seed */
export function callsFor(kind, seed) {
  const random = new Random(`${seed}/calls`);
  if (kind === 'large') return Array.from({ length: 4 }, () => ({ to: address(LARGE), gas: 12_000_000n }));
  const [from] = SENDERS;
  return Array.from({ length: 24 }, (_, i) => {
    const { input = '0x', ...rest } = called(i === 0 ? { to: address(CURVES) } : drawCall(random));
    return { from, gas: 200_000n, data: input, ...rest };
  });
}
