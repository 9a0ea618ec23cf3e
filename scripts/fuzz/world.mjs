/**
 * A random case: a fork, a block, a small world whose contracts call each other, and the transactions sent into it. Plain
 * data but for the programs, which stay lists of pieces so that a failing case can be cut down.
 */
import { bigIntToBytes, bytesToHex, generateAddress, hexToBytes } from '@ethereumjs/util';
import { assemble, call, jumpIf, label, put } from '../showcase/assembler.mjs';
import { Actor } from '../showcase/transactions.mjs';
import { edgeWord, hexWord, Random, SLOTS, weighted } from './draws.mjs';
import { FORK_WEIGHTS, isFrom } from './forks.mjs';
import { assembled, gauntlet, precompileTour, randomProgram } from './program.mjs';
import { randomTransaction } from './transactions.mjs';

/** @typedef {import('../showcase/assembler.mjs').Code} Code */
/** @typedef {{ nonce: bigint, balance: bigint, code?: string, program?: import('./program.mjs').Program, storage: Record<string, string>, recursive?: boolean }} FuzzAccount */

/**
 * @typedef {object} Block
 * @property {bigint} number
 * @property {bigint} timestamp
 * @property {bigint} gasLimit
 * @property {string} coinbase
 * @property {bigint} difficulty
 * @property {string} prevRandao
 * @property {bigint} baseFee
 * @property {bigint} excessBlobGas
 */

/**
 * @typedef {object} World
 * @property {string} fork
 * @property {Block} block
 * @property {Record<string, FuzzAccount>} accounts
 * @property {import('./transactions.mjs').Draft[]} drafts
 */

/** Transactions of each world: case n is transaction n mod this of world n / this. */
export const PER_WORLD = 8;

export const SENDERS = [0, 1, 2, 3].map((i) => new Actor(`fuzz/sender/${i}`));
/** Sign authorizations and send nothing. */
export const SIGNERS = [0, 1].map((i) => new Actor(`fuzz/signer/${i}`));

const contractAddress = (/** @type {number} */ i) => `0x${(0xc0de00 + i).toString(16).padStart(40, '0')}`;

const forkOf = weighted(FORK_WEIGHTS);
const ETHER = 10n ** 18n;

/**
 * Calls another contract with one gas more each time, around what its instructions and the rules ask for (EIP-2200).
 * @param {Random} r @param {string} _fork @param {string} _self @param {string[]} contracts @returns {Code[]}
 */
function probing(r, _fork, _self, contracts) {
  const to = r.pick(contracts);
  const [least, value] = r.pick([
    [2300, 0],
    [2300, 0],
    [0, 1],
    [0, 1],
    [700, 0],
    [20_000, 0],
  ]);
  const calls = Array.from({ length: 12 }, (_, i) => [call('CALL', to, { gas: least + i, value }), 'ADD']);
  return [0, ...calls, 3, 'SSTORE'];
}

/**
 * Writes a slot in a call of itself with one gas more each time, across the least that EIP-2200 asks for.
 * @param {Random} r @param {string} _fork @param {string} self @returns {Code[]}
 */
function sentry(r, _fork, self) {
  const writes = [r.int(0, 1), r.int(0, 2), 'SSTORE', 'STOP'];
  const calls = Array.from({ length: 14 }, (_, i) => [call('CALL', self, { gas: 2320 + i }), 'ADD']);
  return ['CALLER', 'ADDRESS', 'EQ', jumpIf('inner'), 0, ...calls, 3, 'SSTORE', 'STOP', label('inner'), ...writes];
}

/** Contracts whose one habit random code would seldom hit upon. @type {((r: Random, fork: string, self: string, contracts: string[]) => Code[])[]} */
const HABITS = [
  () => [0, 'CALLDATALOAD', 0, 'SSTORE', 0, 'SLOAD', 1, 'SSTORE'],
  (r) => [0, 0, 'SSTORE', r.int(0, 1), 0, 'SSTORE', 0, 0, 'SSTORE', r.int(0, 2), 0, 'SSTORE'],
  () => ['CALLER', 'SELFDESTRUCT'],
  (_r, _fork, self) => [self, 'SELFDESTRUCT'],
  (r) => [hexWord(BigInt(r.int(1, 9)) << 140n, 20), 'SELFDESTRUCT'],
  () => ['CALLDATASIZE', 0, 0, 'CALLDATACOPY', 'CALLDATASIZE', 0, 'RETURN'],
  (_r, fork) => (isFrom(fork, 'byzantium') ? [7, 0, 'SSTORE', 64, 0, 'REVERT'] : [7, 0, 'SSTORE', 'INVALID']),
  // makes the same contract again and again, which can destroy itself in between
  (_r, fork) => remake(isFrom(fork, 'constantinople')),
  probing,
  probing,
  sentry,
  () => [1, 1, 'SSTORE', 2, 2, 'SSTORE', ...call('CALL', 'CALLER', { gas: 2300 }), 3, 'SSTORE', 0, 0, 'LOG0'],
];

/**
 * One level of recursion after another, as far as gas or the limit of 1024 goes, written down on the way in or out. Creations
 * recurse by running the contract's own code as init code.
 * @param {Random} r @param {string} fork @param {string} self @returns {Code[]}
 */
function recursion(r, fork, self) {
  const capped = isFrom(fork, 'tangerineWhistle');
  const gas = capped ? 'GAS' : [60, 'GAS', 'SUB'];
  const kind = r.pick(
    /** @type {const} */ (isFrom(fork, 'homestead') ? ['CALL', 'CALLCODE', 'DELEGATECALL'] : ['CALL', 'CALLCODE']),
  );
  const copied = ['CODESIZE', 0, 0, 'CODECOPY', 'CODESIZE', 0, 0, 'CREATE'];
  const deeper = [r.chance(0.25) ? copied : call(kind, self, { gas }), 0, 'MSTORE'];
  if (r.chance(0.5)) return [0, 'SLOAD', 1, 'ADD', 0, 'SSTORE', deeper];
  return [deeper, 0, 'SLOAD', 1, 'ADD', 0, 'SSTORE'];
}

/** @param {boolean} salted @returns {Code[]} */
function remake(salted) {
  const runtime = assemble('CALLER', 'SELFDESTRUCT');
  const init = assemble(5, 0, 'SSTORE', put(0, `0x${runtime}`), runtime.length / 2, 32 - runtime.length / 2, 'RETURN');
  const place = [put(0, `0x${init}`), salted ? 0 : [], init.length / 2, 32 - init.length / 2, 1];
  return [place, salted ? 'CREATE2' : 'CREATE', call('CALL', 'DUP6'), 'POP', 'POP'];
}

/** @param {Random} r @returns {Record<string, string>} */
function randomStorage(r) {
  /** @type {Record<string, string>} */
  const storage = {};
  for (let n = r.int(0, 3); n > 0; n--) storage[hexWord(r.pick(SLOTS))] = hexWord(edgeWord(r) || 1n);
  return storage;
}

/** @param {Random} r @param {string} fork @returns {Block} */
function randomBlock(r, fork, coinbase) {
  return {
    number: BigInt(r.chance(0.9) ? r.int(1, 12) : r.pick([255, 256, 257, 1000])),
    timestamp: BigInt(r.pick([1, 1_000_000, 2 ** 31, 2 ** 40])),
    gasLimit: r.pick([30_000_000n, 60_000_000n, 2n ** 40n]),
    coinbase,
    difficulty: isFrom(fork, 'paris') ? 0n : BigInt(r.pick([1, 131_072, 2 ** 50])),
    prevRandao: hexWord(isFrom(fork, 'paris') ? edgeWord(r) : 0n),
    baseFee: isFrom(fork, 'london') ? BigInt(r.pick([7, 1000, 10 ** 9])) : 0n,
    excessBlobGas: isFrom(fork, 'cancun') ? BigInt(r.pick([0, 0, 131_072, 10_000_000, 50_000_000])) : 0n,
  };
}

/** @param {Random} r @param {string} fork @param {string[]} addresses @returns {Record<string, FuzzAccount>} */
function people(r, fork, addresses) {
  /** @type {Record<string, FuzzAccount>} */
  const accounts = {};
  for (const [i, { address }] of SENDERS.entries()) {
    const poor = i === 3 && r.chance(0.15);
    const nonce = r.chance(0.02) ? 2n ** 64n - BigInt(r.int(1, 3)) : BigInt(r.pick([0, 0, 1, 127, 128]));
    accounts[address] = { nonce, balance: poor ? 10n ** BigInt(r.int(5, 15)) : 1000n * ETHER, storage: {} };
    if (i === 2 && r.chance(0.04)) accounts[address].code = '00'; // EIP-3607
  }
  for (const { address } of [...SIGNERS, ...SENDERS.slice(1, 3)])
    if (isFrom(fork, 'prague') && r.chance(0.3)) {
      const before = accounts[address] ?? { nonce: BigInt(r.int(0, 1)), balance: BigInt(r.int(0, 1)), storage: {} };
      accounts[address] = { ...before, nonce: before.nonce || 1n, code: `ef0100${r.pick(addresses).slice(2)}` };
    }
  return accounts;
}

/** @param {Random} r @param {string} fork @param {import('./program.mjs').Surroundings} around @param {string} self @param {string[]} contracts */
function randomContract(r, fork, around, self, contracts) {
  const pick = r.real();
  const recursive = pick < 0.03;
  const habit = recursive ? recursion : pick < 0.13 ? gauntlet : r.pick(HABITS);
  const written = () => ({ code: habit(r, fork, self, contracts), data: [] });
  const program =
    pick < 0.4
      ? written()
      : (pick < (isFrom(fork, 'cancun') ? 0.58 : 0.45) ? precompileTour : randomProgram)(r, fork, around);
  const early = !isFrom(fork, 'spuriousDragon');
  const balance = r.pick([0n, 0n, 1n, 1000n, ETHER]);
  return { nonce: r.chance(early ? 0.5 : 0.97) ? 1n : 0n, balance, program, storage: randomStorage(r), recursive };
}

/**
 * What already is where a contract would be made: too much for a creation (EIP-684, EIP-7610), or money alone.
 * @param {Random} r @param {Record<string, FuzzAccount>} accounts @returns {[string, FuzzAccount]}
 */
function squatter(r, accounts) {
  const [creator, { nonce }] = r.pick(Object.entries(accounts));
  const next = nonce + BigInt(r.int(0, 1));
  const address = generateAddress(
    hexToBytes(/** @type {`0x${string}`} */ (creator)),
    next === 0n ? new Uint8Array(0) : bigIntToBytes(next),
  );
  const nothing = { nonce: 0n, balance: 0n, storage: {} };
  const kinds = [
    { ...nothing, balance: 5n },
    { ...nothing, balance: 5n },
    { ...nothing, nonce: 1n },
    { ...nothing, nonce: 1n, code: '00' },
    { ...nothing, balance: 1n, storage: { [hexWord(1n)]: hexWord(1n) } },
  ];
  return [bytesToHex(address), r.pick(kinds)];
}

/**
 * World `index` of a seed.
 * @param {string} seed @param {number} index
 * @param {(random: Random, fork: string, evenly?: boolean) => { id: number, input: string }} precompiles
 * @returns {World}
 */
export function randomWorld(seed, index, precompiles) {
  const r = new Random(`${seed}/world/${index}`);
  const fork = forkOf(r);
  const contracts = Array.from({ length: r.int(3, 6) }, (_, i) => contractAddress(i));
  const strangers = [hexWord(0xdeadn, 20), hexWord(0xdeadn << 100n, 20)];
  const addresses = [
    ...contracts,
    ...contracts,
    ...SENDERS.map((each) => each.address),
    SIGNERS[0].address,
    ...strangers,
  ];
  const around = {
    addresses,
    precompile: (/** @type {Random} */ random, /** @type {boolean} */ evenly) => precompiles(random, fork, evenly),
  };
  const accounts = people(r, fork, contracts);
  for (const address of contracts) accounts[address] = randomContract(r, fork, around, address, contracts);
  // from EIP-161 on no empty account is left, but the official tests have some
  if (r.chance(isFrom(fork, 'spuriousDragon') ? 0.2 : 0.5))
    accounts[strangers[0]] = { nonce: 0n, balance: 0n, storage: {} };
  if (r.chance(0.3)) {
    const [address, account] = squatter(r, accounts);
    accounts[address] ??= account;
  }
  const coinbase = r.chance(0.7) ? hexWord(0xc01bbn, 20) : r.pick([...addresses, hexWord(BigInt(r.int(0, 4)), 20)]);
  const block = randomBlock(r, fork, coinbase);
  const recursive = contracts.filter((address) => accounts[address].recursive);
  const context = {
    fork,
    addresses,
    contracts,
    recursive,
    senders: SENDERS,
    signers: [...SIGNERS, ...SENDERS],
    around,
  };
  const drafts = Array.from({ length: PER_WORLD }, () => randomTransaction(r, context));
  return { fork, block, accounts, drafts };
}

/** The code of an account as hex without prefix. @param {FuzzAccount} account */
export const codeOf = ({ code, program }) => code ?? (program === undefined ? '' : assembled(program));

/** @param {World} world @returns {Record<string, { nonce: string, balance: string, code: string, storage: Record<string, string> }>} */
export function preStateOf({ accounts }) {
  const entries = Object.entries(accounts).map(([address, account]) => {
    const { nonce, balance, storage } = account;
    const fields = { nonce: `0x${nonce.toString(16)}`, balance: `0x${balance.toString(16)}`, storage };
    return [address, { ...fields, code: `0x${codeOf(account)}` }];
  });
  return Object.fromEntries(entries);
}
