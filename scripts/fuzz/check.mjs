/** Runs a world on both sides and tells the first difference: of a transaction, of the world after it, of the whole block. */
import { EVMError } from '@ethereumjs/evm';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { firstDifference, sentence } from '../../test/oracle/difference.mjs';
import { deviationOf } from './deviations.mjs';
import { faultsOf } from './faults.mjs';
import { haltClass } from './halts.mjs';
import { refusalDifference } from './refusals.mjs';
import { resolve } from './resolve.mjs';
import { preStateOf } from './world.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {{ offset: number, difference: string }} Failure `offset`: of the transaction in its world */

const DEVIATION = 'deviation';
const CODE_UNPAID = EVMError.errorMessages.CODESTORE_OUT_OF_GAS;

/** @param {bigint} height @returns {Record<string, string>} */
export function hashesBefore(height) {
  /** @type {Record<string, string>} */
  const hashes = {};
  for (let n = height - 1n; n >= 0n && n >= height - 256n; n--)
    hashes[String(n)] =
      n === height - 1n ? `0x${'00'.repeat(32)}` : `0x${bytesToHex(keccak_256(new TextEncoder().encode(String(n))))}`;
  return hashes;
}

const quantity = (/** @type {bigint} */ value) => `0x${value.toString(16)}`;
const hex = (/** @type {Uint8Array} */ bytes) => `0x${bytesToHex(bytes)}`;

/** The reference's flat state in the engine's canonical form. @param {import('../../test/oracle/world.mjs').World} world */
function canonical({ accounts, codes, storages }) {
  /** @type {Record<string, any>} */
  const state = {};
  for (const address of [...accounts.keys()].sort()) {
    const { nonce, balance } = accounts.get(address);
    const code = codes.get(address);
    const slots = [...(storages.get(address) ?? new Map())]
      .sort()
      .map(([key, value]) => [`0x${key}`, `0x${bytesToHex(value).padStart(64, '0')}`]);
    state[`0x${address}`] = {
      ...{ nonce: quantity(nonce), balance: quantity(balance) },
      ...(code !== undefined && { code: hex(code) }),
      ...(slots.length > 0 && { storage: Object.fromEntries(slots) }),
    };
  }
  return state;
}

/**
 * The reference's outcome with what is not the same by nature made the same. On Frontier a creation that cannot pay for its
 * code succeeds without any (before EIP-2), which the reference reports as an error and does as it should.
 * @param {any} got @param {any} expected @param {{ fork: string, to: string | null }} about
 */
function comparable(got, expected, about) {
  const { halt, success, createdAddress } = expected;
  if (halt === CODE_UNPAID) return { ...expected, success: true, halt: undefined, createdAddress: got.createdAddress };
  return { ...expected, success, createdAddress, halt: haltClass(halt, got.halt, about) };
}

export class Checker {
  /** @param {import('./reference.mjs').Reference} reference @param {import('./subject.mjs').Subject} subject @param {import('./coverage.mjs').Coverage} coverage */
  constructor(reference, subject, coverage) {
    this.reference = reference;
    this.subject = subject;
    this.coverage = coverage;
  }

  /** @param {World} world @returns {Promise<Failure | undefined>} */
  async check(world) {
    const { fork, block } = world;
    const preState = preStateOf(world);
    const hashes = hashesBefore(block.number);
    const reference = await this.reference.start(fork, block, preState, hashes);
    const subject = await this.subject.begin(fork, block, preState, hashes);
    try {
      /** @type {{ tx: import('./resolve.mjs').Resolved, expected: any }[]} */
      const valid = [];
      for (const [offset, draft] of world.drafts.entries()) {
        const tx = resolve(draft, world, reference.account, reference.blobs.fee);
        const difference = await this.#transaction(world, tx, reference, subject, valid);
        if (difference === DEVIATION) return undefined; // the worlds have parted
        if (difference !== undefined) return { offset, difference };
      }
      const last = world.drafts.length - 1;
      const after = firstDifference(await subject.world(), canonical(reference.world()), 'state');
      if (after !== undefined) return { offset: last, difference: sentence(after) };
      const whole = await this.#block(world, preState, hashes, valid, reference);
      return whole === undefined ? undefined : { offset: last, difference: whole };
    } finally {
      await subject.end();
    }
  }

  /**
   * @param {World} world @param {import('./resolve.mjs').Resolved} tx @param {any} reference @param {any} subject
   * @param {{ tx: import('./resolve.mjs').Resolved, expected: any }[]} valid transactions so far
   */
  async #transaction({ fork, block }, tx, reference, subject, valid) {
    const faults = faultsOf(tx, fork, block, reference.account(tx.from), reference.blobs);
    const expected = await reference.run(tx);
    const got = await subject.run(tx);
    const isRefused = got.refusal !== undefined || expected.refusal !== undefined || faults.length > 0;
    const should = isRefused ? expected : comparable(got, expected, { fork, to: tx.to });
    const difference = isRefused
      ? refusalDifference(got.refusal, expected.refusal, faults)
      : firstDifference(got, should, 'transaction');
    if (difference === undefined) {
      this.coverage.transaction(fork, tx.type, got);
      if (!isRefused) valid.push({ tx, expected: should });
      return undefined;
    }
    const known = deviationOf({ fork, tx, got, expected, difference });
    if (known === undefined) return `type ${tx.type} in ${fork}: ${sentence(difference)}`;
    this.coverage.deviation(known);
    return DEVIATION;
  }

  /** @param {World} world @param {any} preState @param {any} hashes @param {any[]} valid @param {any} reference */
  async #block({ fork, block }, preState, hashes, valid, reference) {
    const gas = valid.reduce((sum, { tx }) => sum + tx.gas, 0n);
    const blobs = valid.reduce((sum, { tx }) => sum + (tx.type === 3 ? tx.blobs.length : 0), 0);
    if (gas > block.gasLimit || blobs > 6 || valid.length === 0) return undefined; // no such block
    const { invalid, outcomes, redos, world } = await this.subject.runBlock(
      fork,
      block,
      preState,
      hashes,
      valid.map(({ tx }) => tx),
    );
    if (invalid !== undefined) return `block: ${invalid.code} at ${invalid.txIndex}`;
    this.coverage.block(valid.length, redos);
    let cumulativeGas = 0n;
    const expected = valid.map(({ expected: { success, gasUsed, bloom, logs } }) => {
      cumulativeGas += gasUsed;
      return { success, cumulativeGas, bloom, logs };
    });
    const difference =
      firstDifference(outcomes, expected, 'block') ??
      firstDifference(world, canonical(reference.world()), 'block state');
    return difference && sentence(difference);
  }
}
