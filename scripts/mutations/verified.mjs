/**
 * Damaged blocks, headers and witnesses that `verifyBlock` is given. What is not refused by name must not match; what matches is the
 * true block, in whatever form, or another valid one, which the reference says.
 */
import { rlpOfBlock } from '../../dist/src/block/encode.js';
import { readJson } from '../../test/oracle/blocks.mjs';
import { CLAIMS, REFUSALS, WITNESS_MUTATIONS } from '../../test/oracle/mutations.mjs';
import { commonOf, decodeFile } from '../../test/oracle/reference.mjs';
import { worldOf } from '../../test/oracle/world.mjs';
import { inTime } from '../in-time.mjs';
import { mutateBlock } from './blocks.mjs';
import { oneOf } from './bytes.mjs';
import { mutateJson } from './json.mjs';
import { faultOfAnother } from './proof.mjs';

/** @typedef {import('./bytes.mjs').Below} Below */

/** A block of the corpus as it is damaged. */
export class Subject {
  /** @param {string} path @param {any} file as the library reads it */
  constructor(path, file) {
    this.path = path;
    this.file = file;
  }

  get json() {
    this.parsed ??= readJson(this.path);
    return this.parsed;
  }

  /** The encoding of the true block, by the reference. */
  get rlp() {
    this.encoded ??= decodeFile(this.json).serialize();
    return this.encoded;
  }

  /** @param {any} [change] of what is handed in */
  input(change = {}) {
    const { block, witness, parentHeader, blockHashes } = this.file;
    return { block, witness, blockHashes, ...(parentHeader && { parentHeader }), ...change };
  }

  /** What is wrong with taking other bytes. @param {Uint8Array} bytes */
  faultOf(bytes) {
    const { json } = this;
    const around = { common: commonOf(json), world: worldOf(json), blockHashes: json.blockHashes ?? {} };
    return faultOfAnother(bytes, this.rlp, around, false);
  }
}

/** @param {() => Uint8Array} encode */
function encodedOrNothing(encode) {
  try {
    return encode();
  } catch {
    return undefined; // what has no encoding is not the true block
  }
}

/**
 * What comes of a run on damaged input, in a word; anything but `differs`, `refused`, `harmless` and `another valid block` is a failure.
 * @param {Subject} subject @param {Promise<any>} run @param {number} limitMs @param {() => Uint8Array} encoded the block that was taken
 */
async function outcomeOf(subject, run, limitMs, encoded) {
  try {
    const { ok, stateRoot } = await inTime(run, limitMs);
    if (!ok) return 'differs';
    const bytes = encodedOrNothing(encoded);
    if (bytes === undefined) return 'taken without an encoding';
    if (stateRoot !== subject.file.header.stateRoot) return `taken with state root ${stateRoot}`;
    if (Buffer.compare(bytes, subject.rlp) === 0) return 'harmless';
    return (await subject.faultOf(bytes)) ?? 'another valid block';
  } catch (/** @type {any} */ error) {
    return REFUSALS.has(error.code) ? 'refused' : `${error.code ?? error.name}: ${error.message}`;
  }
}

/** The witness as nodes name it (`debug_executionWitness`), or as block files do. @param {Below} below @param {any} file */
function someForm(below, { witness, parentHeader }) {
  if (parentHeader === undefined || below(2) === 0) return { witness, change: {} };
  const { nodes, codes } = witness;
  return { witness: { nodes, codes, headers: [parentHeader] }, change: { parentHeader: undefined } };
}

/** @typedef {(engine: any, subject: Subject, below: Below, limitMs: number) => Promise<{ name: string, outcome: string }>} Damage */

/** @type {Record<string, Damage>} */
export const DAMAGES = {
  witness: async (engine, subject, below, limitMs) => {
    const { file } = subject;
    const form = someForm(below, file);
    const kind = oneOf(below, Object.keys(WITNESS_MUTATIONS));
    const { nodes, ...rest } = WITNESS_MUTATIONS[kind]?.(below, form.witness) ?? {};
    // Nodes give the list as `state`, block files as `nodes`.
    const witness = form.witness === file.witness ? { ...rest, nodes } : { ...rest, state: nodes };
    const run = engine.verifyBlock(subject.input({ ...form.change, witness }));
    return { name: `${file.number} ${kind}`, outcome: await outcomeOf(subject, run, limitMs, () => subject.rlp) };
  },
  'a claim': async (engine, subject, below, limitMs) => {
    const { file } = subject;
    const field = oneOf(
      below,
      CLAIMS.filter((name) => file.header[name] !== undefined),
    );
    const value = file.header[field];
    const last = (Number.parseInt(value.at(-1), 16) ^ (1 + below(15))).toString(16);
    const block = { ...file.block, [field]: `${value.slice(0, -1)}${last}` };
    const run = engine.verifyBlock(subject.input({ block }));
    const outcome = await outcomeOf(subject, run, limitMs, () => rlpOfBlock(block));
    return {
      name: `${file.number} header.${field}`,
      outcome: outcome === 'differs' ? outcome : `${outcome}: not seen`,
    };
  },
  'block RLP': async (engine, subject, below, limitMs) => {
    const { kind, bytes } = await mutateBlock(below, subject.rlp);
    const run = engine.verifyBlock(subject.input({ block: bytes }));
    return { name: `${subject.file.number} ${kind}`, outcome: await outcomeOf(subject, run, limitMs, () => bytes) };
  },
  'block JSON': async (engine, subject, below, limitMs) => {
    const { kind, block } = mutateJson(below, subject.file.block);
    const run = engine.verifyBlock(subject.input({ block }));
    const outcome = await outcomeOf(subject, run, limitMs, () => rlpOfBlock(block));
    return { name: `${subject.file.number} ${kind}`, outcome };
  },
};
