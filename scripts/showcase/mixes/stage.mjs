/**
 * Where features are shown: a few actors, hand-written contracts installed by set-up blocks, and a prober, a contract
 * that makes any kind of call and logs its success and what it returned, so that both reach the receipts root.
 */
import { word } from '../abi.mjs';
import { assemble, call, creationCode, fetchReturned, jump, jumpIf, label, store } from '../assembler.mjs';
import { ETHER, hireActors, mineAll, nextContractAddress } from '../cast.mjs';
import { isFrom } from '../forks.mjs';

/** @typedef {import('../world.mjs').World} World */
/** @typedef {import('../transactions.mjs').Actor} Actor */
/** @typedef {import('../transactions.mjs').Draft} Draft */
/** @typedef {import('../transactions.mjs').Hex} Hex */
/** @typedef {import('../assembler.mjs').Code} Code */

const KINDS = /** @type {const} */ (['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']);
const HEAD_BYTES = 128;

/** Call data: kind, target, value, gas, then the input of the call. @returns {string} */
function proberCode() {
  const argument = (/** @type {number} */ i) => [32 * i, 'CALLDATALOAD'];
  const inputSize = [HEAD_BYTES, 'CALLDATASIZE', 'SUB'];
  const branch = (/** @type {typeof KINDS[number]} */ kind) => [
    label(kind),
    call(kind, argument(1), { gas: argument(3), value: argument(2), input: [0, inputSize] }),
    jump('report'),
  ];
  const choose = KINDS.map((kind, i) => [argument(0), i, 'EQ', jumpIf(kind)]);
  const report = [label('report'), fetchReturned(), 'RETURNDATASIZE', 0, 'LOG1', 'STOP'];
  return assemble(inputSize, HEAD_BYTES, 0, 'CALLDATACOPY', choose, 'INVALID', KINDS.map(branch), report);
}

export class Stage {
  /** @type {Draft[]} */
  #pending = [];

  /** @param {World} world */
  static async set(world) {
    const director = await world.actor('director', 1000n * ETHER);
    return new Stage(world, director, await hireActors(world, 16));
  }

  /** @param {World} world @param {Actor} director who installs the contracts @param {Actor[]} users */
  constructor(world, director, users) {
    this.world = world;
    this.director = director;
    this.users = users;
    this.prober = this.install(proberCode());
  }

  /** @param {string} fork @returns {boolean} */
  since(fork) {
    return isFrom(this.world.fork.name, fork);
  }

  /** @param {Code[]} code @returns {Hex} where the code will be once `open` has run */
  installCode(...code) {
    return this.install(assemble(...code));
  }

  /** @param {string} runtime @param {Record<number, number | bigint>} [slots] storage to start with @param {bigint} [value] @returns {Hex} */
  install(runtime, slots = {}, value = 0n) {
    const fill = Object.entries(slots).map(([slot, content]) => store(Number(slot), content));
    const address = nextContractAddress(this.director, BigInt(this.#pending.length));
    const data = /** @type {Hex} */ (`0x${creationCode(runtime, ...fill)}`);
    this.#pending.push({ from: this.director, data, value, gas: 200_000 + 230 * data.length + 25_000 * fill.length });
    return address;
  }

  /** Runs the set-up blocks. */
  async open() {
    await mineAll(this.world, this.#pending);
    this.#pending = [];
  }

  /**
   * @param {Hex | number} target @param {string} [input] hex without prefix
   * @param {{ kind?: typeof KINDS[number], value?: bigint, gas?: number, limit?: number, from?: Actor }} [options]
   * @returns {Draft} a transaction that has the prober call `target`
   */
  probe(target, input = '', { kind = 'CALL', value = 0n, gas = 400_000, limit = 600_000, from = this.users[0] } = {}) {
    const data = /** @type {Hex} */ (`0x${[KINDS.indexOf(kind), target, value, gas].map(word).join('')}${input}`);
    return { from, to: this.prober, data, value, gas: limit };
  }

  /** @param {Hex} to @param {Partial<Draft>} [rest] @returns {Draft} */
  visit(to, rest = {}) {
    return { from: this.users[1], to, gas: 500_000, ...rest };
  }
}
