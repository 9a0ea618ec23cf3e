// Verifying blocks on witnesses. The reference makes the tries of the states before and after each block.
import { RLP } from '@ethereumjs/rlp';
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { type BlockFile, createEngine, type Engine, readBlockFile, type VerifyBlockInput } from 'parallel-evm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpcOfHeader } from '../../src/block/rlp.ts';
import { push, STOP } from '../oracle/bytecode.ts';
import * as make from '../oracle/hand-made.ts';
import { type PlainState, witnessOf } from '../oracle/witness.ts';

type Hex = `0x${string}`;
type Json = Record<string, unknown>;

const SLOT_COUNTS = [1, 2];
const FIXTURES = [
  'mini',
  'features',
  'features-prague',
  'features-cancun',
  'features-shanghai',
  'features-paris',
  'conflicts',
];
const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
const HEADER_FIELDS: string[] = [
  ...['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom', 'difficulty'],
  ...['number', 'gasLimit', 'gasUsed', 'timestamp', 'extraData', 'mixHash', 'nonce', 'baseFeePerGas'],
  ...['withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash'],
];

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(SLOT_COUNTS.map((slots) => createEngine({ slots, memory: { maxBytes: 2 ** 28 } })));
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

interface Case {
  file: BlockFile;
  input: Omit<VerifyBlockInput, 'witness'> & { witness: { nodes: Hex[]; codes: Hex[]; parentStateRoot: Hex } };
  /** The state root after the block by the reference. */
  root: Hex;
}

/** A fixture with a witness of its whole state, its header with the true state root. */
async function caseOf(name: string): Promise<Case> {
  const file = await readBlockFile(`test/fixtures/${name}.json.gz`);
  const { preState, codes, block, blockHashes } = file;
  const before = await witnessOf(preState as unknown as PlainState);
  const [engine] = engines as [Engine];
  const state = await engine.createState(preState, { codes });
  await engine.runBlock({ block, state, blockHashes });
  const after = await witnessOf((await state.toJSON()) as PlainState);
  await state.dispose();
  const witness = { nodes: before.nodes, codes: Object.values(codes) as Hex[], parentStateRoot: before.root };
  return { file, root: after.root, input: { block: { ...block, stateRoot: after.root }, witness, blockHashes } };
}

/** A parent for a block: a header with that state root, and the block on top of it. */
function withParent({ input }: Case, change: Json = {}): { header: Hex; block: VerifyBlockInput['block'] } {
  const number = BigInt((input.block as unknown as { number: Hex }).number) - 1n;
  const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const fields: Json = {
    ...{ parentHash: zeros(32), sha3Uncles: zeros(32), miner: zeros(20), transactionsRoot: zeros(32) },
    ...{ receiptsRoot: zeros(32), logsBloom: zeros(256), difficulty: 0n, number, gasLimit: 30_000_000n, gasUsed: 0n },
    ...{ timestamp: 1n, extraData: zeros(0), mixHash: zeros(32), nonce: zeros(8), baseFeePerGas: 7n },
    ...{ stateRoot: hexToBytes(input.witness.parentStateRoot), ...change },
  };
  const names = HEADER_FIELDS.filter((name) => fields[name] !== undefined);
  const rlp = RLP.encode(names.map((name) => fields[name] as Uint8Array | bigint));
  return { header: bytesToHex(rlp), block: { ...input.block, parentHash: bytesToHex(keccak_256(rlp)) } as never };
}

const without = (input: Case['input'], names: string[]): VerifyBlockInput =>
  ({
    ...input,
    witness: Object.fromEntries(Object.entries(input.witness).filter(([name]) => !names.includes(name))),
  }) as never;

describe('a witness of the whole state', () => {
  it.each(FIXTURES)('gives the state root of the reference: %s', async (name) => {
    const { input, root } = await caseOf(name);
    for (const engine of engines) {
      const { ok, stateRoot, mismatches, ms } = await engine.verifyBlock(input);
      expect({ ok, stateRoot, mismatches }).toEqual({
        ok: true,
        stateRoot: root,
        mismatches: [],
      });
      const { total, busy, ...stages } = ms;
      expect(Object.keys(busy)).toEqual(['senders', 'receipts']);
      expect(busy.receipts).toBeGreaterThan(0);
      expect(busy.senders).toBe(0); // not left to the slots: the block is no RLP
      expect(Object.keys(stages)).toEqual(['decode', 'witness', 'execute', 'stateRoot']);
      expect(total).toBeCloseTo(
        Object.values(stages).reduce((sum, time) => sum + time),
        6,
      );
    }
  });

  it('says which field of the header differs, and what it should be', async () => {
    const { input, file } = await caseOf('mini');
    for (const field of ['stateRoot', 'receiptsRoot', 'logsBloom', 'gasUsed', 'requestsHash', 'blobGasUsed']) {
      const right = field === 'stateRoot' ? (input.block as never as Json).stateRoot : (file.header[field] as string);
      const wrong =
        field === 'gasUsed' || field === 'blobGasUsed'
          ? '0x77'
          : (right as string).replace(/.$/, (c) => (c === '0' ? '1' : '0'));
      const block = { ...input.block, [field]: wrong } as never;
      const { ok, mismatches } = await (engines[1] as Engine).verifyBlock({ ...input, block });
      expect(ok).toBe(false);
      expect(mismatches.map((difference) => difference.field)).toEqual([field]);
      const text = (value: unknown): string =>
        field.endsWith('Used') ? String(BigInt(value as Hex)) : (value as string);
      expect(mismatches[0]).toMatchObject({ expected: text(wrong), actual: text(right) });
    }
  });

  it('an invalid block is a result without a state root', async () => {
    const { input } = await caseOf('mini');
    const transactions = (input.block as unknown as { transactions: Json[] }).transactions.map((tx, i) =>
      i === 3 ? { ...tx, nonce: '0xffff' } : tx,
    );
    for (const engine of engines) {
      const result = await engine.verifyBlock({ ...input, block: { ...input.block, transactions } as never });
      expect(result).toMatchObject({ ok: false, stateRoot: undefined, invalid: { txIndex: 3 } });
    }
  });

  it('leaves nothing in the memory', async () => {
    const { input } = await caseOf('mini');
    const engine = await createEngine({ slots: 1, memory: { maxBytes: 65 * 2 ** 20 } });
    // Each takes a few MiB of what the arena leaves.
    for (let i = 0; i < 200; i++) expect((await engine.verifyBlock(input)).ok).toBe(true);
    await engine.close();
  });
});

describe('an incomplete witness', () => {
  it('every node that is left out is harmless, or named with its path', async () => {
    const { input, root } = await caseOf('mini');
    let refused = 0;
    for (const [i, node] of input.witness.nodes.entries()) {
      const nodes = input.witness.nodes.filter((_, j) => j !== i);
      const run = (engines[i % 2] as Engine).verifyBlock({ ...input, witness: { ...input.witness, nodes } });
      const outcome = await run.catch((error) => error);
      if (outcome.code === undefined) {
        expect(outcome).toMatchObject({ ok: true, stateRoot: root });
        continue;
      }
      const hash = bytesToHex(keccak_256(hexToBytes(node)));
      expect(outcome).toMatchObject({ code: 'MISSING_NODE', field: 'witness.state', value: hash });
      expect(outcome.message).toMatch(
        /^the witness lacks node 0x[0-9a-f]{64} at path 0x[0-9a-f]* of (the trie of the accounts|the storage trie of 0x[0-9a-f]{40})$/,
      );
      refused += 1;
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('a code that execution asks for is named', async () => {
    const { input } = await caseOf('mini');
    const run = (engines[1] as Engine).verifyBlock({ ...input, witness: { ...input.witness, codes: [] } });
    await expect(run).rejects.toMatchObject({ code: 'MISSING_CODE', field: 'codes' });
  });

  it('an account that is assumed to be absent is so only where the nodes do not tell', async () => {
    const { input, root } = await caseOf('mini');
    const assumedAbsent = Object.keys((await readBlockFile('test/fixtures/mini.json.gz')).preState) as Hex[];
    const witness = { ...input.witness, assumedAbsent };
    const { ok, stateRoot } = await (engines[0] as Engine).verifyBlock({ ...input, witness });
    expect({ ok, stateRoot }).toEqual({ ok: true, stateRoot: root });
  });
});

describe('what execution does not pay for', () => {
  const alice = make.person('witness', 'alice');
  const CONTRACT: make.Hex = '0xc0de000000000000000000000000000000000001';
  const OTHER: make.Hex = '0x0dd0000000000000000000000000000000000001';

  /** Calls code with so much gas beyond the intrinsic 21,000, each time without another node of the state before it. */
  async function outcomesOf(code: string, gas: number): Promise<string[]> {
    const file = make.blockFile({
      fork: 'cancun',
      accounts: {
        [alice.address]: { balance: make.ETHER },
        [CONTRACT]: { nonce: 1, code, storage: { 5: 7 } },
        [OTHER]: { nonce: 1, balance: 9n },
      },
      transactions: [make.signed('cancun', alice, { to: CONTRACT, gas: 21_000 + gas })],
    });
    const { root, nodes } = await witnessOf(file.preState as PlainState);
    const zeros = (bytes: number): string => `0x${'00'.repeat(bytes)}`;
    const claims = { stateRoot: zeros(32), receiptsRoot: zeros(32), gasUsed: '0x0', logsBloom: zeros(256) };
    const { header, transactions, withdrawals } = file;
    const block = { ...header, transactions, withdrawals, blobGasUsed: '0x0', ...claims } as never;
    const outcomes = [];
    for (const missing of nodes) {
      const witness = {
        nodes: nodes.filter((node) => node !== missing),
        codes: Object.values(file.codes),
        parentStateRoot: root,
      };
      const run = (engines[0] as Engine).verifyBlock({ block, witness });
      outcomes.push(
        await run.then(
          ({ stateRoot }) => (stateRoot ? 'known' : 'invalid'),
          ({ code }) => code,
        ),
      );
    }
    return outcomes;
  }

  const other = push(OTHER);
  const empty = push(0).repeat(4);
  // SLOAD, BALANCE, EXTCODESIZE, EXTCODEHASH, EXTCODECOPY, STATICCALL: 2,100 or 2,600 gas, and a few for their operands.
  it.each([
    ['SLOAD', `${push(5)}54`, 2000],
    ['BALANCE', `${other}31`, 2500],
    ['EXTCODESIZE', `${other}3b`, 2500],
    ['EXTCODEHASH', `${other}3f`, 2500],
    ['EXTCODECOPY', `${push(0).repeat(3)}${other}3c`, 2500],
    ['STATICCALL', `${empty}${other}${push(0)}fa`, 2500],
  ])('what %s reads need not be known where the gas does not suffice', async (_, code, tooLittle) => {
    const paid = await outcomesOf(`${code}${STOP}`, 3000);
    const unpaid = await outcomesOf(`${code}${STOP}`, tooLittle);
    const needed = (outcomes: string[]): number => outcomes.filter((outcome) => outcome === 'MISSING_NODE').length;
    expect(new Set([...paid, ...unpaid])).toEqual(new Set(['MISSING_NODE', 'known']));
    expect(needed(unpaid)).toBe(needed(paid) - 1);
  });
});

/** What the rules demand of the parent of a block that has those fields. */
function parentOf(block: Record<string, Hex>): Json {
  const { gasLimit, baseFeePerGas, excessBlobGas, timestamp } = block as Record<string, Hex>;
  return {
    ...{ gasLimit, gasUsed: BigInt(gasLimit as Hex) / 2n, baseFeePerGas, timestamp: BigInt(timestamp as Hex) - 12n },
    ...{ withdrawalsRoot: new Uint8Array(32), blobGasUsed: 0n, excessBlobGas },
    ...{ parentBeaconBlockRoot: new Uint8Array(32), requestsHash: new Uint8Array(32) },
  };
}

describe('the header of a block', () => {
  const AFTER_PARENT = ['gasLimit', 'baseFeePerGas', 'excessBlobGas', 'timestamp'];
  const LISTS = ['transactionsRoot', 'withdrawalsRoot', 'sha3Uncles'];

  /** The fields that verifying names, beside the state root: EIP-2935 stores the block's parent hash. */
  async function fieldsOf(example: Case, parentChange: Json, blockChange: Json = {}): Promise<string[]> {
    const fields = example.input.block as unknown as Record<string, Hex>;
    const { header, block } = withParent(example, { ...parentOf(fields), ...parentChange });
    const input = { ...example.input, block: { ...block, ...blockChange } as never, parentHeader: header };
    const { ok, mismatches } = await (engines[1] as Engine).verifyBlock(input);
    expect(ok).toBe(false);
    return mismatches.map(({ field }) => field).filter((field) => field !== 'stateRoot');
  }

  it('agrees with that of its parent', async () => {
    const example = await caseOf('mini');
    expect(await fieldsOf(example, {})).toEqual([]);
    const fields = example.file.header as Record<string, Hex>;
    const changes: Json = {
      gasLimit: BigInt(fields.gasLimit as Hex) * 2n,
      baseFeePerGas: BigInt(fields.baseFeePerGas as Hex) + 1n,
      excessBlobGas: BigInt(fields.excessBlobGas as Hex) + 131_072n,
      timestamp: BigInt(fields.timestamp as Hex),
    };
    for (const field of AFTER_PARENT) {
      // A limit of the parent's gas is its target, too: the base fee follows from both.
      const others = field === 'gasLimit' ? ['baseFeePerGas'] : [];
      expect(await fieldsOf(example, { [field]: changes[field] })).toEqual([field, ...others]);
    }
  });

  it("agrees with the block's lists", async () => {
    const example = await caseOf('mini');
    for (const field of LISTS) {
      const fields = await fieldsOf(example, {}, { [field]: `0x${'12'.repeat(32)}` });
      expect(fields).toEqual([field]);
    }
    const { transactions } = example.input.block as unknown as { transactions: Json[] };
    const [first, ...rest] = transactions as [Json, ...Json[]];
    const other = { transactions: [{ ...first, r: '0x1' }, ...rest] };
    expect(await fieldsOf(example, {}, other)).toEqual(['transactionsRoot']);
  });

  it('is judged by itself where no parent is given', async () => {
    const { input } = await caseOf('mini');
    const engine = engines[0] as Engine;
    const changed = async (change: Json): Promise<string[]> => {
      const { mismatches } = await engine.verifyBlock({ ...input, block: { ...input.block, ...change } as never });
      return mismatches.map(({ field }) => field);
    };
    expect(await changed({ difficulty: '0x1' })).toEqual(['difficulty']);
    expect(await changed({ extraData: `0x${'00'.repeat(33)}` })).toEqual(['extraData']);
    expect(await changed({ nonce: '0x0000000000000001' })).toEqual(['nonce']);
  });
});

describe('the state root before the block', () => {
  it('comes from the parent header, given for itself or in the witness, as RLP or as an object', async () => {
    const example = await caseOf('mini');
    const { header, block } = withParent(example);
    const bare = { ...without(example.input, ['parentStateRoot']), block };
    const asObject = rpcOfHeader(hexToBytes(header), 'parentHeader');
    const engine = engines[0] as Engine;
    const inputs: VerifyBlockInput[] = [
      { ...bare, parentHeader: header },
      { ...bare, parentHeader: asObject as never },
      { ...bare, witness: { ...bare.witness, headers: [header] } },
      { ...bare, parentHeader: header, witness: example.input.witness },
    ];
    const roots = [];
    for (const input of inputs) roots.push((await engine.verifyBlock(input)).stateRoot);
    // The block's other parent hash is what EIP-2935 stores: the root is another one, and the same for all.
    expect(new Set(roots).size).toBe(1);
    expect(roots[0]).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it('is refused where two sources contradict each other, or none is there', async () => {
    const example = await caseOf('mini');
    const { header, block } = withParent(example);
    const engine = engines[0] as Engine;
    const refusal = (input: VerifyBlockInput) =>
      engine.verifyBlock(input).catch((error) => `${error.code} ${error.field}`);
    expect(await refusal({ ...example.input, parentHeader: header })).toBe('BAD_WITNESS parentHeader');
    const other = { ...example.input.witness, parentStateRoot: EMPTY_ROOT as Hex };
    expect(await refusal({ ...example.input, block, parentHeader: header, witness: other })).toBe(
      'BAD_WITNESS witness.parentStateRoot',
    );
    expect(await refusal(without(example.input, ['parentStateRoot']))).toBe('BAD_ARGUMENT parentHeader');
    const late = withParent(example, { number: 5n });
    expect(await refusal({ ...example.input, block: late.block, parentHeader: late.header })).toBe(
      'BAD_WITNESS witness.headers',
    );
  });

  it('of an empty state needs no nodes', async () => {
    const { input } = await caseOf('mini');
    const witness = { nodes: [], codes: [], parentStateRoot: EMPTY_ROOT as Hex };
    const result = await (engines[1] as Engine).verifyBlock({ ...input, witness });
    expect(result).toMatchObject({ ok: false, invalid: { txIndex: 0 } });
  });
});

describe('what is no witness', () => {
  const WRONG: [string, Json, string][] = [
    ['nodes that are no list', { nodes: 5 }, 'BAD_ARGUMENT witness.nodes'],
    ['two lists of nodes', { state: [] }, 'BAD_ARGUMENT witness.nodes'],
    ['a node that is no hex', { nodes: ['0xzz'] }, 'BAD_ARGUMENT witness.state[0]'],
    ['a node of half a byte', { nodes: ['0x80', '0x1'] }, 'BAD_ARGUMENT witness.state[1]'],
    ['a node as long as none is', { nodes: [`0x${'00'.repeat(1201)}`] }, 'BAD_ARGUMENT witness.state[0]'],
    ['a code that is a number', { codes: [7] }, 'BAD_ARGUMENT witness.codes[0]'],
    ['a header that is none', { headers: ['0xc0'] }, 'BAD_ARGUMENT witness.headers[0]'],
    ['a root that is too short', { parentStateRoot: '0x12' }, 'BAD_ARGUMENT witness.parentStateRoot'],
    ['an assumed account that is none', { assumedAbsent: ['0x12'] }, 'BAD_ARGUMENT witness.assumedAbsent[0]'],
    ['more nodes than any block meets', { nodes: Array(2 ** 20 + 1).fill('0x80') }, 'WITNESS_TOO_LARGE witness'],
    ['more bytes', { codes: Array(300).fill(`0x${'00'.repeat(2 ** 20)}`) }, 'WITNESS_TOO_LARGE witness'],
    ['more headers', { headers: Array(257).fill('0xc0') }, 'WITNESS_TOO_LARGE witness.headers'],
  ];
  it.each(WRONG)('%s', async (_, change, expected) => {
    const { input } = await caseOf('mini');
    const witness = { ...input.witness, ...change } as never;
    const refusal = await (engines[0] as Engine)
      .verifyBlock({ ...input, witness })
      .catch((error) => `${error.code} ${error.field}`);
    expect(refusal).toBe(expected);
    expect((await (engines[0] as Engine).verifyBlock(input)).ok).toBe(true);
  });

  it('a header that does not claim what its fork demands', async () => {
    const { input } = await caseOf('mini');
    for (const field of ['stateRoot', 'gasUsed', 'receiptsRoot', 'logsBloom', 'requestsHash', 'blobGasUsed']) {
      const block = { ...input.block, [field]: undefined } as never;
      const run = (engines[0] as Engine).verifyBlock({ ...input, block });
      await expect(run).rejects.toMatchObject({ code: 'BAD_ARGUMENT', field });
    }
  });
});
