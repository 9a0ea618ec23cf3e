/**
 * Small blocks full of conflicts, drawn from a seed: few senders, contracts that count, cross each other's slots, read
 * balances, pay, create, destroy and revive. Small, because a schedule is worth the more the denser its conflicts are.
 */
import { assemble, call as calling, creationCode, jumpIf, label, put, store } from '../showcase/assembler.mjs';
import { Random } from '../showcase/random.mjs';

/** @typedef {`0x${string}`} Hex */

const hex = (/** @type {number | bigint} */ value) => /** @type {Hex} */ (`0x${value.toString(16)}`);
const address = (/** @type {number} */ index) => /** @type {Hex} */ (`0x${index.toString(16).padStart(40, '0')}`);
const word = (/** @type {number | bigint} */ value) => value.toString(16).padStart(64, '0');

const SENDERS = [0xa1, 0xa2, 0xa3].map(address);
const COINBASE = address(0xcb);
const ETHER = 10n ** 18n;
const GAS_PRICE = 10n ** 10n;

const COUNTER = 0xc1;
const CROSS = 0xc2;
const PAYER = 0xc3;
const WATCHER = 0xc4;
const MAKER = 0xc5;
const MORTAL = 0xc6;

/** @returns {import('../showcase/assembler.mjs').Code} */
const arg = (/** @type {number} */ index) => [32 * index, 'CALLDATALOAD'];

const INIT = creationCode(assemble('CALLER', 'SELFDESTRUCT'));

const CODES = {
  /** slot 0 += 1, its value in a log. */
  [COUNTER]: assemble(0, 'SLOAD', 1, 'ADD', 'DUP1', 0, 'SSTORE', 0, 'MSTORE', 32, 0, 'LOG0'),
  /** slot[arg0] = slot[arg1] + arg2; where the sum is even it goes to slot 9, too: what is written depends on what was read. */
  [CROSS]: assemble(
    [arg(1), 'SLOAD', arg(2), 'ADD', 'DUP1', arg(0), 'SSTORE'],
    ['DUP1', 1, 'AND', jumpIf('odd'), 9, 'SSTORE', 'STOP', label('odd')],
  ),
  /** Sends arg1 wei to arg0; what the call says goes to slot 0. */
  [PAYER]: assemble(calling('CALL', arg(0), { value: arg(1) }), 0, 'SSTORE'),
  /** slot 0 = balance of arg0, slot 1 = its code hash, slot 2 = own balance. */
  [WATCHER]: assemble(store(0, [arg(0), 'BALANCE']), store(1, [arg(0), 'EXTCODEHASH']), store(2, 'SELFBALANCE')),
  /** CREATE2 with salt arg0 of a contract that destroys itself to its caller when called; slot 0 = its address. */
  [MAKER]: assemble(
    put(0, `0x${INIT.padEnd(64, '0')}`),
    [arg(0), INIT.length / 2, 0, 0, 'CREATE2', 'DUP1', 0, 'SSTORE', 'POP'],
    [calling('CALL', [0, 'SLOAD']), 'POP'],
  ),
  /** Destroys itself to arg0 if arg1 is not zero, else slot 0 += 1. */
  [MORTAL]: assemble(
    [arg(1), jumpIf('die'), store(0, [0, 'SLOAD', 1, 'ADD']), 'STOP'],
    [label('die'), arg(0), 'SELFDESTRUCT'],
  ),
};

export function preState() {
  /** @type {Record<string, object>} */
  const state = {};
  for (const sender of SENDERS) state[sender] = { nonce: 0, balance: 100n * ETHER };
  for (const [at, code] of Object.entries(CODES))
    state[address(Number(at))] = { nonce: 1, balance: 1000n, code: `0x${code}` };
  return state;
}

/** @param {Random} random */
function call(random) {
  const target = () =>
    random.pick([...SENDERS, COINBASE, address(0xdd), address(PAYER), address(MORTAL), address(0xee)]);
  const kinds = [
    () => ({ to: target(), value: BigInt(random.int(0, 3)), data: '' }),
    () => ({ to: address(COUNTER), data: '' }),
    () => ({ to: address(CROSS), data: word(random.int(0, 2)) + word(random.int(0, 2)) + word(random.int(1, 2)) }),
    () => ({
      to: address(PAYER),
      value: BigInt(random.int(0, 800)),
      data: word(BigInt(target())) + word(random.int(0, 1500)),
    }),
    () => ({ to: address(WATCHER), data: word(BigInt(target())) }),
    () => ({ to: address(MAKER), data: word(random.int(0, 1)) }),
    () => ({
      to: address(MORTAL),
      value: BigInt(random.int(0, 5)),
      data: word(BigInt(target())) + word(random.int(0, 1)),
    }),
  ];
  return random.pick(kinds)();
}

/** A block with `count` transactions; one in eight blocks has one that is invalid. @param {string} seed @param {number} count */
export function drawBlock(seed, count) {
  const random = new Random(seed);
  const nonces = new Map(SENDERS.map((sender) => [sender, 0]));
  const wrong = random.int(0, 7) === 0 ? random.int(0, count - 1) : -1;
  const transactions = Array.from({ length: count }, (_, i) => {
    const from = random.pick(SENDERS);
    const nonce = nonces.get(from) ?? 0;
    nonces.set(from, nonce + 1);
    const { to, value = 0n, data } = /** @type {any} */ (call(random));
    return {
      type: '0x0',
      chainId: '0x1',
      nonce: hex(i === wrong ? nonce + 1 : nonce),
      gas: hex(random.pick([300000, 60000])), // small ones go in batches
      gasPrice: hex(GAS_PRICE),
      to,
      value: hex(value),
      input: `0x${data}`,
      from,
    };
  });
  return {
    number: hex(18_000_000),
    timestamp: hex(1_693_100_000),
    gasLimit: hex(30_000_000),
    baseFeePerGas: hex(10n ** 9n),
    miner: COINBASE,
    mixHash: `0x${'11'.repeat(32)}`,
    parentHash: `0x${'22'.repeat(32)}`,
    difficulty: '0x0',
    transactions,
    withdrawals: [],
  };
}
