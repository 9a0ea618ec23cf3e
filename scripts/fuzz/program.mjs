/**
 * Random programs from a grammar that keeps the stack in balance, jumps to where it may and comes back, so that most of a
 * program runs; and breaks each of these rules once in a while.
 *
 * A program is a flat list of pieces. Whatever is left when pieces are dropped is a program again (or fails to assemble,
 * where a label went), which is what makes shrinking a matter of dropping pieces.
 */
import { assemble } from '../showcase/assembler.mjs';
import { edgeWord, offset, size, slot, weighted } from './draws.mjs';
import { isFrom } from './forks.mjs';

/** @typedef {import('../showcase/random.mjs').Random} Random */
/** @typedef {import('../showcase/assembler.mjs').Code} Code */
/** @typedef {{ addresses: string[], precompile: (random: Random, evenly?: boolean) => { id: number, input: string } }} Surroundings */

/** Pieces of the program, and of what stands behind it: labelled data. @typedef {{ code: Code[], data: Code[] }} Program */

const SIMPLE = 'ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE COINBASE TIMESTAMP NUMBER PREVRANDAO';
const BINARY = 'ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE';

/** What pushes one word without operands. @param {string} fork */
const environmentOf = (fork) => [
  ...SIMPLE.split(' '),
  ...['GASLIMIT', 'PC', 'MSIZE', 'GAS'],
  ...(isFrom(fork, 'byzantium') ? ['RETURNDATASIZE'] : []),
  ...(isFrom(fork, 'istanbul') ? ['CHAINID', 'SELFBALANCE'] : []),
  ...(isFrom(fork, 'london') ? ['BASEFEE'] : []),
  ...(isFrom(fork, 'shanghai') ? ['PUSH0'] : []),
  ...(isFrom(fork, 'cancun') ? ['BLOBBASEFEE'] : []),
];

/** @param {string} fork */
const binaryOf = (fork) => [...BINARY.split(' '), ...(isFrom(fork, 'constantinople') ? ['SHL', 'SHR', 'SAR'] : [])];

/** @param {string} fork */
const unaryOf = (fork) => ['ISZERO', 'NOT', ...(isFrom(fork, 'osaka') ? ['CLZ'] : [])];

/** @param {string} fork */
const callsOf = (fork) => [
  ...['CALL', 'CALL', 'CALLCODE'],
  ...(isFrom(fork, 'homestead') ? ['DELEGATECALL'] : []),
  ...(isFrom(fork, 'byzantium') ? ['STATICCALL'] : []),
];

/** Opcode bytes that no fork defines, and some that old ones lack. */
const ODD_BYTES = [
  '0c',
  '0f',
  '1f',
  '21',
  '2f',
  '4b',
  '4f',
  'a5',
  'b0',
  'ef',
  'f6',
  'f8',
  'fb',
  'fe',
  'fe',
  '5f',
  '5c',
  '5e',
  '1e',
  '3d',
  '46',
  'f5',
];

let labels = 0;

class Programmer {
  /** @type {Code[]} */
  data = [];

  /** @param {Random} random @param {string} fork @param {Surroundings} around @param {number} nesting of init codes */
  constructor(random, fork, around, nesting) {
    this.r = random;
    this.fork = fork;
    this.around = around;
    this.nesting = nesting;
    this.environment = environmentOf(fork);
    this.binary = binaryOf(fork);
    this.unary = unaryOf(fork);
    this.calls = callsOf(fork);
  }

  /** @param {string} fork */
  has(fork) {
    return isFrom(this.fork, fork);
  }

  label() {
    labels = (labels + 1) % 1_000_000;
    return `l${labels}`;
  }

  /** Bytes behind the code, and the name of their place. @param {string} hex */
  place(hex) {
    const mark = this.label();
    this.data.push([{ mark }, { raw: hex }]);
    return mark;
  }

  /** @returns {Code} */
  address() {
    const pick = this.r.int(0, 19);
    if (pick < 13) return this.r.pick(this.around.addresses);
    if (pick < 15) return this.r.pick(['ADDRESS', 'CALLER', 'ORIGIN', 'COINBASE']);
    if (pick < 17) return this.r.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 256]);
    if (pick < 18) return [this.r.pick(this.around.addresses), 1n << BigInt(this.r.int(160, 255)), 'ADD'];
    return this.r.chance(0.5) ? this.r.int(0, 3) * 0x1111 : edgeWord(this.r);
  }

  /** Length and offset, the offset on top: how most instructions take a range. @returns {Code[]} */
  range() {
    return [size(this.r), offset(this.r)];
  }

  /** @param {number} depth @returns {Code} code that leaves one word */
  word(depth) {
    return depth <= 0 ? this.leaf() : WORDS(this.r)(this, depth);
  }

  /** @returns {Code} */
  leaf() {
    return this.r.chance(0.7) ? edgeWord(this.r) : this.r.pick(this.environment);
  }

  /** All gas, or before EIP-150, when a call took what it named, most of it. @returns {Code} */
  plenty() {
    return this.has('tangerineWhistle') ? 'GAS' : [this.r.pick([2000, 10_000, 35_000]), 'GAS', 'SUB'];
  }

  /** What a call is given: mostly enough, often on the edge. @returns {Code} */
  gas() {
    const pick = this.r.int(0, 11);
    if (pick < 5) return this.plenty();
    if (pick < 8) return this.r.pick([0, 0, 1, 700, 2299, 2300, 2301, 5000, 20_000, 40_000, 2300 + this.r.int(0, 20)]);
    if (pick < 11) return this.r.int(1000, 60_000);
    return edgeWord(this.r);
  }

  /** @returns {Code} */
  value() {
    return this.r.pick([0, 0, 0, 0, 1, 1, 7, 'CALLVALUE', 'SELFBALANCE', 1n << 70n]);
  }

  /**
   * A call of any kind; leaves the success flag.
   * @param {Code} to @param {Code} [input] length and offset @param {Code} [gas] @returns {Code}
   */
  call(to, input = this.range(), gas = this.gas()) {
    const kind = this.r.pick(this.calls);
    const value = kind === 'CALL' || kind === 'CALLCODE' ? [this.value()] : [];
    const legal = value.map((each) => (each === 'SELFBALANCE' && !this.has('istanbul') ? 2 : each));
    return [...this.range(), input, ...legal, to, gas, kind];
  }

  /**
   * Calls a precompile with an input made for it, or nearly; leaves the success flag.
   * @param {boolean} [evenly] each as often as any other, dear ones too @returns {Code}
   */
  precompile(evenly) {
    const { id, input } = this.around.precompile(this.r, evenly);
    const bytes = input.length / 2;
    const at = this.r.pick([0, 0, 32, 7]);
    const given = this.r.chance(0.08) ? size(this.r) : bytes;
    return [bytes, { to: this.place(input) }, at, 'CODECOPY', this.call(id, [given, at], this.precompileGas(evenly))];
  }

  /** A failed precompile takes all that it was given: of several, none gets everything. @param {boolean} [oneOfMany] @returns {Code} */
  precompileGas(oneOfMany) {
    if (oneOfMany && this.has('tangerineWhistle')) return 200_000;
    return this.r.chance(0.8) ? this.plenty() : this.gas();
  }

  /** Runs random init code; leaves the address. @returns {Code} */
  create() {
    const init = this.r.chance(0.06) ? '' : initCode(this.r, this.fork, this.around, this.nesting + 1);
    const bytes = init.length / 2;
    const at = 32 * this.r.int(0, 3);
    const copy = [bytes, { to: this.place(init) }, at, 'CODECOPY'];
    const odd = this.r.chance(0.8) ? size(this.r) : this.r.pick([49_152, 49_153]); // EIP-3860
    const given = this.r.chance(0.05) ? odd : bytes;
    const value = this.r.pick([0, 0, 0, 1, 1n << 80n]);
    const two = this.has('constantinople') && this.r.chance(0.5);
    return [...copy, two ? this.r.pick([0, 0, 1, 2]) : [], given, at, value, two ? 'CREATE2' : 'CREATE'];
  }

  /** @param {number} depth @returns {Code[]} pieces that leave the stack as it was */
  statement(depth) {
    return STATEMENTS(this.r)(this, depth);
  }

  /** @param {number} count @param {number} depth @returns {Code[]} */
  block(count, depth) {
    return Array.from({ length: count }, () => this.statement(depth)).flat();
  }

  /** @param {number} depth @returns {Code[]} */
  branch(depth) {
    const end = this.label();
    if (this.r.chance(0.15)) return [[{ to: end }, 'JUMP', { raw: this.r.pick(ODD_BYTES) }], { label: end }];
    return [[this.word(1), { to: end }, 'JUMPI'], ...this.block(this.r.int(1, 3), depth - 1), { label: end }];
  }

  /** @param {number} depth @returns {Code[]} */
  loop(depth) {
    const start = this.label();
    const body = this.block(this.r.int(1, 2), depth - 1);
    const again = this.r.chance(0.03)
      ? [{ to: start }, 'JUMP']
      : [1, 'SWAP1', 'SUB', 'DUP1', { to: start }, 'JUMPI', 'POP'];
    return [this.r.pick([1, 2, 3, 5, 17]), { label: start }, ...body, again];
  }

  /** What breaks a rule, or ends the program. @returns {Code[]} */
  accident() {
    switch (this.r.int(0, 9)) {
      case 0:
        return [{ raw: this.r.pick(ODD_BYTES) }];
      case 1:
        return [this.r.pick([0, 1, 3, edgeWord(this.r)]), 'JUMP'];
      case 2:
        return [1, this.r.pick([0, 2, edgeWord(this.r)]), 'JUMPI'];
      case 3:
        return [{ raw: '50'.repeat(this.r.int(3, 25)) }];
      case 4: {
        const start = this.label(); // until the stack is full, or gas runs out
        return [{ label: start }, ['DUP1', 'PC', { to: start }, 'JUMP']];
      }
      case 5:
        return [[this.address(), 'SELFDESTRUCT']];
      case 6:
        return [{ raw: `7f${'5b'.repeat(31)}` }, 'POP']; // a PUSH32 over what looks like targets
      default:
        return [this.ending()];
    }
  }

  /** @returns {Code} */
  ending() {
    const pick = this.r.int(0, 11);
    if (pick < 6) return [...this.range(), 'RETURN'];
    if (pick < 8) return this.has('byzantium') ? [...this.range(), 'REVERT'] : 'STOP';
    if (pick < 9) return [this.address(), 'SELFDESTRUCT'];
    if (pick < 10) return 'INVALID';
    return 'STOP';
  }
}

/** @typedef {(p: Programmer, depth: number) => Code} Word */
const WORDS = weighted(
  /** @type {[number, Word][]} */ ([
    [10, (p) => p.leaf()],
    [14, (p, d) => [p.word(d - 1), p.word(d - 1), p.r.pick(p.binary)]],
    [5, (p, d) => [p.word(d - 1), p.r.pick(p.unary)]],
    [3, (p, d) => [p.word(d - 1), p.word(d - 1), p.word(d - 1), p.r.pick(['ADDMOD', 'MULMOD'])]],
    [4, (p) => [offset(p.r), 'MLOAD']],
    [4, (p) => [p.r.chance(0.9) ? p.r.int(0, 100) : offset(p.r), 'CALLDATALOAD']],
    [6, (p) => [slot(p.r), 'SLOAD']],
    [3, (p) => (p.has('cancun') ? [slot(p.r), 'TLOAD'] : 'GAS')],
    [2, (p) => [p.address(), 'BALANCE']],
    [2, (p) => [p.address(), 'EXTCODESIZE']],
    [2, (p) => (p.has('constantinople') ? [p.address(), 'EXTCODEHASH'] : [p.address(), 'EXTCODESIZE'])],
    [3, (p) => [...p.range(), 'KECCAK256']],
    [1, (p) => [p.r.pick([0, 1, 2, 255, 256, 257, edgeWord(p.r)]), 'NUMBER', 'SUB', 'BLOCKHASH']],
    [1, (p) => (p.has('cancun') ? [p.r.pick([0, 1, 2, 6, edgeWord(p.r)]), 'BLOBHASH'] : 'NUMBER')],
    [6, (p) => `DUP${p.r.int(1, 16)}`],
    [9, (p) => p.call(p.address())],
    [3, (p) => p.precompile()],
    [2, (p) => (p.nesting < 2 ? p.create() : p.leaf())],
  ]),
);

/** @typedef {(p: Programmer, depth: number) => Code[]} Statement */
const STATEMENTS = weighted(
  /** @type {[number, Statement][]} */ ([
    [8, (p, d) => [[p.word(d), 'POP']]],
    [10, (p, d) => [[p.word(d), offset(p.r), 'MSTORE']]],
    [3, (p, d) => [[p.word(d), offset(p.r), 'MSTORE8']]],
    [14, (p, d) => [[p.r.chance(0.6) ? p.r.int(0, 2) : p.word(d), slot(p.r), 'SSTORE']]],
    [4, (p, d) => (p.has('cancun') ? [[p.word(d), slot(p.r), 'TSTORE']] : [[p.word(d), 'POP']])],
    [
      4,
      (p) => {
        const topics = p.r.int(0, 4);
        return [[Array.from({ length: topics }, () => p.leaf()), ...p.range(), `LOG${topics}`]];
      },
    ],
    [2, (p) => [[size(p.r), offset(p.r), offset(p.r), 'CALLDATACOPY']]],
    [2, (p) => [[size(p.r), offset(p.r), offset(p.r), 'CODECOPY']]],
    [2, (p) => [[size(p.r), offset(p.r), offset(p.r), p.address(), 'EXTCODECOPY']]],
    [2, (p) => (p.has('cancun') ? [[size(p.r), offset(p.r), offset(p.r), 'MCOPY']] : [['JUMPDEST']])],
    [
      3,
      (p) => {
        if (!p.has('byzantium')) return [['JUMPDEST']];
        if (p.r.chance(0.9)) return [['RETURNDATASIZE', 0, offset(p.r), 'RETURNDATACOPY']];
        return [[size(p.r), offset(p.r), offset(p.r), 'RETURNDATACOPY']];
      },
    ],
    [4, (p) => [`SWAP${p.r.int(1, 16)}`]],
    [5, (p, d) => p.branch(d)],
    [3, (p, d) => (d > 0 ? p.loop(d) : p.branch(d))],
    [6, (p) => [[p.call(p.address()), 'POP']]],
    [2, (p) => [[p.precompile(), 'POP']]],
    [2, (p) => (p.nesting < 2 ? [[p.create(), 'POP']] : [['PC', 'POP']])],
    [1, (p) => (p.nesting < 2 ? [[p.create(), 0, 0, 0, 0, 0, 'DUP6', 'GAS', 'CALL', 'POP', 'POP']] : [['GAS', 'POP']])],
    [2, (p) => p.accident()],
  ]),
);

/** @param {Random} random @param {string} fork @param {Surroundings} around @param {number} [nesting] @returns {Program} */
export function randomProgram(random, fork, around, nesting = 0) {
  const programmer = new Programmer(random, fork, around, nesting);
  const prologue = random.chance(0.7)
    ? [Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? edgeWord(random) : i))]
    : [];
  const code = [...prologue, ...programmer.block(random.int(2, nesting === 0 ? 12 : 5), 2), programmer.ending()];
  if (random.chance(0.02)) code.push({ raw: random.pick(['60', '61ff', `7f${'00'.repeat(7)}`]) }); // a cut-off PUSH
  return { code, data: programmer.data };
}

/**
 * Every instruction that only computes or reads its surroundings, in random order on words at the edges; the results are
 * left in memory, their hash in storage.
 * @param {Random} random @param {string} fork @returns {Code[]}
 */
export function gauntlet(random, fork) {
  const word = () => edgeWord(random);
  const deep = Array.from({ length: 17 }, word);
  const computed = [
    ...binaryOf(fork).map((op) => [word(), word(), op]),
    ...unaryOf(fork).map((op) => [word(), op]),
    ...['ADDMOD', 'MULMOD'].map((op) => [word(), word(), word(), op]),
    ...environmentOf(fork).filter((op) => op !== 'GAS'),
    ...Array.from({ length: 32 }, (_, i) => `0x${Buffer.from(random.bytes(i + 1)).toString('hex')}`),
    ...Array.from({ length: 16 }, (_, i) => [deep, `DUP${i + 1}`, Array.from({ length: 17 }, () => ['SWAP1', 'POP'])]),
    ...Array.from({ length: 16 }, (_, i) => [deep, `SWAP${i + 1}`, Array.from({ length: 16 }, () => 'ADD')]),
    [random.int(0, 64), 'CALLDATALOAD'],
  ];
  const chosen = random.shuffle(computed).slice(0, random.int(20, computed.length));
  const stores = chosen.map((code, i) => [code, 32 * i, 'MSTORE']);
  const bytes = 32 * chosen.length;
  return [...stores, [bytes, 0, 'KECCAK256', 0, 'SSTORE'], [bytes, 0, 'RETURN']];
}

/**
 * Calls of several precompiles; whether they succeeded is left in storage.
 * @param {Random} random @param {string} fork @param {Surroundings} around @returns {Program}
 */
export function precompileTour(random, fork, around) {
  const programmer = new Programmer(random, fork, around, 0);
  const calls = Array.from({ length: random.int(2, 6) }, (_, i) => [programmer.precompile(true), i, 'SSTORE']);
  return { code: [...calls, [random.int(0, 300), 0, 'RETURN']], data: programmer.data };
}

/** @param {Program} program @returns {string} hex without prefix */
export const assembled = ({ code, data }) => assemble(code, data);

/** Init code: some random statements, then it returns random code, a slice of its memory, or nothing at all. */
export function initCode(random, fork, around, nesting) {
  const programmer = new Programmer(random, fork, around, nesting);
  const before = programmer.block(random.int(0, 3), 1);
  return assemble(before, deposit(programmer), programmer.data);
}

/** @param {Programmer} p @returns {Code} */
function deposit(p) {
  const pick = p.r.int(0, 19);
  if (pick < 9) {
    const code = assembled(randomProgram(p.r, p.fork, p.around, p.nesting + 1));
    const bytes = Math.min(code.length / 2, 0xffff);
    return [bytes, { to: p.place(code) }, 0, 'CODECOPY', bytes, 0, 'RETURN'];
  }
  if (pick < 13) return [...p.range(), 'RETURN'];
  if (pick < 15) return [p.r.pick([0xef, 0xfe, 0]), 0, 'MSTORE8', p.r.int(1, 40), 0, 'RETURN'];
  if (pick < 16) return [p.r.pick([24_575, 24_576, 24_577]), 0, 'RETURN'];
  return p.ending();
}
