// The direct ways (JSON-RPC and RLP straight into records) against the checked one: whatever the input, they end alike,
// in the same bytes or in the same error. Inputs are blocks of every fork and form, and such blocks damaged at random.
import { createBlockFromRLP } from '@ethereumjs/block';
import { Common, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { beforeAll, describe, expect, it } from 'vitest';
import { SENDER_GIVEN, TX_FROM, TX_SENDER_PENDING } from '../../assembly/layout.ts';
import { type BlockInput, decodeBlockSync, stageBlock } from '../../src/block/decode.ts';
import { stageObjects } from '../../src/block/direct-object.ts';
import { stageRlp } from '../../src/block/direct-rlp.ts';
import { stageRpc } from '../../src/block/direct-rpc.ts';
import type { ForkName } from '../../src/block/forks.ts';
import { LOW_S_MAX, recoverAddress, recoverAddressBy, SECP256K1_ORDER } from '../../src/block/recover.ts';
import { isBlockObject, openRlp } from '../../src/block/rlp.ts';
import { Senders } from '../../src/block/senders.ts';
import { type Stage, stagePlain } from '../../src/block/staging.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import { createSpace, LEAST_BYTES } from '../../src/memory/shared.ts';
import type { Recover } from '../../src/precompiles/ecdsa.ts';
import { loadRecover } from '../../src/precompiles/host.ts';
import { compileMcl } from '../../src/precompiles/mcl-module.ts';
import { chainOf, type Json, makeBlock, OLD_FORKS, Random, rpcForm, viemForm, withoutSenders } from './blocks.ts';
import { type StagedSigners, stagedSigners } from './staged-signers.ts';

const SEED = Number(process.env.SEED ?? 7702);
const DAMAGED = 400;
const common = new Common({ chain: Mainnet });

let senders: Senders;
let recoverKey: Recover;
beforeAll(async () => {
  recoverKey = await loadRecover(await compileMcl());
  senders = new Senders(await createSpace(LEAST_BYTES, true), recoverKey);
});

const bytesOf = (stage: Stage): Uint8Array => stage.views.bytes.slice(0, stage.bytes);

/** Rules under which a signature counts that is not of a real block. */
const UNCHECKED = { skipConsensusFormatValidation: true } as const;

/** A block in any form on its direct way. */
function stagedDirectly(
  input: unknown,
  fork: string,
  { defers, verifies = false }: { defers: boolean; verifies?: boolean },
): Stage {
  const context = { fork: fork as ForkName, chainId: 1n, recover: recoverAddress, verifies };
  const signers = { senders, defers };
  const stage = (): Stage | undefined => {
    if (isBlockObject(input)) return stageObjects(input, context, signers);
    if (!(input instanceof Uint8Array)) return stageRpc((input as Json).transactions as unknown[], context, signers);
    const opened = openRlp(input);
    return opened && stageRlp(opened.transactions, context, signers);
  };
  const staged = stage();
  if (staged === undefined) throw new Error('not staged directly');
  return staged;
}

const signersOf = (stage: Stage): StagedSigners[] => stagedSigners(stage, recoverKey);

type Ending =
  | { bytes: Uint8Array; frame: unknown }
  | Pick<ParallelEvmError, 'code' | 'field' | 'value' | 'message' | 'txIndex' | 'sender'>;

async function endingOf(run: () => unknown): Promise<Ending> {
  try {
    const { transactions, ...frame } = (await run()) as { transactions: Stage };
    return { bytes: bytesOf(transactions), frame };
  } catch (error) {
    if (!(error instanceof ParallelEvmError)) throw error;
    const { code, field, value, message, txIndex, sender } = error;
    return { code, field, value, message, txIndex, sender } as Ending;
  }
}

const checked = (input: unknown, verifiesSenders = false): Promise<Ending> =>
  endingOf(() => {
    const options = { common, recover: recoverAddressBy(recoverKey), verifiesSenders };
    const { transactions, ...frame } = decodeBlockSync(input as BlockInput, options);
    return { ...frame, transactions: stagePlain(transactions) };
  });
const direct = (input: unknown, verifiesSenders = false): Promise<Ending> =>
  endingOf(() => {
    const signers = { recover: recoverAddressBy(recoverKey), senders, verifiesSenders };
    return stageBlock(input as BlockInput, { common, ...signers });
  });

/** What becomes of a block whose signers are left to the slots: who they are, or what ends the run. */
async function deferred(input: unknown, verifiesSenders = false): Promise<unknown> {
  let stage: Stage | undefined;
  const ending = await endingOf(async () => {
    const signers = { recover: recoverAddressBy(recoverKey), senders, verifiesSenders, defersSenders: true };
    const staged = await stageBlock(input as BlockInput, { common, ...signers });
    stage = staged.transactions;
    return staged;
  });
  if (stage === undefined) return ending;
  const signers = signersOf(stage);
  // Then the block is decoded again, with its senders, to say what is wrong.
  return signers.some(({ sender }) => sender === undefined) ? direct(input, verifiesSenders) : signers;
}

/** The same where the caller finds all signers. */
async function found(input: unknown, verifiesSenders = false): Promise<unknown> {
  let stage: Stage | undefined;
  const ending = await endingOf(() => {
    const options = { common, recover: recoverAddressBy(recoverKey), verifiesSenders };
    stage = stagePlain(decodeBlockSync(input as BlockInput, options).transactions);
    return { transactions: stage };
  });
  return stage === undefined ? ending : signersOf(stage);
}

describe(`blocks as they should be, seed ${SEED}`, () => {
  const forks = [...OLD_FORKS, 'paris', 'shanghai', 'cancun', 'prague', 'osaka', 'bpo2'];

  it.each(forks)('have the same records on both ways: %s', async (fork) => {
    const block = makeBlock(SEED, fork);
    const rpc = rpcForm(block);
    const expected = await checked(rpc);
    expect(expected).toHaveProperty('bytes');
    for (const tx of block.transactions) tx.getSenderAddress(); // kept by the object
    for (const input of [rpc, viemForm(rpc), withoutSenders(rpc), block, block.serialize()])
      expect(await direct(input)).toEqual(expected);
  });

  it.each(forks)('leave signers to be recovered from what was signed, in each form: %s', async (fork) => {
    const block = makeBlock(SEED, fork);
    const known = stagedDirectly(block.serialize(), fork, { defers: false });
    expect(known.pendingSenders).toBe(0);
    const withoutKeys = createBlockFromRLP(block.serialize(), { common: chainOf(fork), ...UNCHECKED });
    const [rpc, viem] = [withoutSenders(rpcForm(block)), withoutSenders(viemForm(rpcForm(block)))];
    for (const input of [block.serialize(), rpc, viem, withoutKeys]) {
      const pending = stagedDirectly(input, fork, { defers: true });
      expect(pending.pendingSenders).toBe(known.count);
      expect(signersOf(pending)).toEqual(signersOf(known));
      expect(await deferred(input)).toEqual(signersOf(known));
    }
  });

  it.each(forks)('leave senders that are given to be compared, where that is asked for: %s', (fork) => {
    const block = makeBlock(SEED, fork);
    const known = stagedDirectly(block.serialize(), fork, { defers: false });
    for (const tx of block.transactions) tx.getSenderAddress(); // kept by the object
    for (const input of [rpcForm(block), viemForm(rpcForm(block)), block]) {
      const believed = stagedDirectly(input, fork, { defers: true });
      expect(believed.pendingSenders).toBe(0);
      const pending = stagedDirectly(input, fork, { defers: true, verifies: true });
      const states = Array.from({ length: pending.count }, (_, i) =>
        pending.views.u32(pending.record(i) + TX_SENDER_PENDING),
      );
      expect(states).toEqual(states.map(() => SENDER_GIVEN));
      expect(signersOf(pending)).toEqual(signersOf(known));
      for (let i = 0; i < pending.count; i++)
        expect(pending.views.bigEndian(pending.record(i) + TX_FROM, 20)).toEqual(
          known.views.bigEndian(known.record(i) + TX_FROM, 20),
        );
    }
  });

  it.each(forks)('are refused where a given sender is another one, if that is asked for: %s', async (fork) => {
    const block = makeBlock(SEED, fork);
    const rpc = rpcForm(block);
    const transactions = rpc.transactions as Json[];
    for (const [txIndex, tx] of transactions.entries()) {
      const from = tx.from as string;
      const other = transactions[(txIndex + 1) % transactions.length]?.from;
      tx.from = other;
      const expected = {
        code: 'WRONG_SENDER',
        field: `transactions[${txIndex}].from`,
        value: other,
        sender: from,
        txIndex,
      };
      expect(await checked(rpc, true)).toMatchObject(expected);
      expect(await direct(rpc, true)).toEqual(await checked(rpc, true));
      expect(await direct(rpc)).toHaveProperty('bytes');
      tx.from = from;
    }
    expect(await direct(rpc, true)).toEqual(await checked(rpc));
  });

  it.each(forks)('take the direct ways: %s', (fork) => {
    const block = makeBlock(SEED, fork);
    for (const tx of block.transactions) tx.getSenderAddress(); // kept by the object
    for (const input of [rpcForm(block), viemForm(rpcForm(block)), block.serialize(), block])
      expect(stagedDirectly(input, fork, { defers: false }).count).toBe(block.transactions.length);
  });
});

describe(`damaged blocks end alike, seed ${SEED}`, () => {
  const block = makeBlock(SEED, 'prague');
  const odd: unknown[] = [
    ...[undefined, null, '', '0x', '0x0', '0x00', '0x1g', 'x', -1, 1.5, 2 ** 53, -1n, 2n ** 256n, 2n ** 64n, true],
    ...[{}, [], [[]], '0x1', `0x${'0'.repeat(63)}1`, `0x${'0'.repeat(64)}1`, `0x${'ff'.repeat(20)}`, 27, 28, 37, 38, 5],
    ...[`0x${'FF'.repeat(32)}`, new Uint8Array(20), new Uint8Array(32), new Uint8Array(0), '0x12345', '0X12'],
  ];

  it.each([
    ['with senders', 0],
    ['without senders', 1],
    ['with senders that are compared', 2],
  ])('fields of JSON-RPC transactions %s', async (_name, kind) => {
    const random = new Random(SEED + 10 * kind);
    const names = [
      ...[
        'type',
        'chainId',
        'nonce',
        'gas',
        'gasPrice',
        'maxFeePerGas',
        'maxPriorityFeePerGas',
        'to',
        'value',
        'input',
      ],
      ...['data', 'accessList', 'maxFeePerBlobGas', 'blobVersionedHashes', 'authorizationList', 'from', 'v', 'yParity'],
      ...['r', 's'],
    ];
    let refused = 0;
    for (let i = 0; i < DAMAGED; i++) {
      const rpc = kind === 1 ? withoutSenders(rpcForm(block)) : rpcForm(block);
      const transactions = rpc.transactions as Json[];
      const tx = transactions[random.below(transactions.length)] as Json;
      tx[names[random.below(names.length)] as string] = odd[random.below(odd.length)];
      const expected = await checked(rpc, kind === 2);
      if ('code' in expected) refused += 1;
      expect(await direct(rpc, kind === 2)).toEqual(expected);
      expect(await deferred(rpc, kind === 2)).toEqual(await found(rpc, kind === 2));
    }
    expect(refused).toBeGreaterThan(DAMAGED / 4);
    expect(refused).toBeLessThan(DAMAGED);
  });

  it.each([true, false])('fields of authorizations, senders given: %s', async (isGiven) => {
    const random = new Random(SEED + 3);
    const names = ['chainId', 'address', 'nonce', 'yParity', 'r', 's'];
    const [order, most] = [SECP256K1_ORDER, LOW_S_MAX];
    const values = [...odd, order, order - 1n, most, most + 1n, 0n, 1n, 2n ** 64n - 2n, 2n ** 64n - 1n];
    let signed = 0;
    for (let i = 0; i < DAMAGED; i++) {
      const rpc = isGiven ? rpcForm(block) : withoutSenders(rpcForm(block));
      const tx = (rpc.transactions as Json[]).find(({ type }) => type === '0x4') as Json;
      const tuple = (tx.authorizationList as Json[])[random.below(2)] as Json;
      tuple[names[random.below(names.length)] as string] = values[random.below(values.length)];
      expect(await direct(rpc)).toEqual(await checked(rpc));
      const expected = await found(rpc);
      expect(await deferred(rpc)).toEqual(expected);
      if (Array.isArray(expected)) signed += 1;
    }
    expect(signed).toBeGreaterThan(DAMAGED / 10);
    expect(signed).toBeLessThan(DAMAGED);
  });

  it('bytes of block RLP', async () => {
    const random = new Random(SEED + 1);
    const bytes = block.serialize();
    for (let i = 0; i < DAMAGED; i++) {
      const damaged = bytes.slice();
      damaged[random.below(bytes.length)] = random.below(256);
      expect(await direct(damaged)).toEqual(await checked(damaged));
      expect(await deferred(damaged)).toEqual(await found(damaged));
    }
  });

  it('items of transactions in RLP', async () => {
    const random = new Random(SEED + 2);
    type Item = Uint8Array | Item[];
    const items: Item[] = [
      ...[[], [[]], new Uint8Array(0), new Uint8Array(1), Uint8Array.of(1), Uint8Array.of(0, 1), Uint8Array.of(27)],
      ...[
        new Uint8Array(20).fill(3),
        new Uint8Array(32).fill(255),
        new Uint8Array(32).fill(1),
        new Uint8Array(33).fill(1),
      ],
      ...[Uint8Array.of(37), Uint8Array.of(38), new Uint8Array(9).fill(1), new Uint8Array(60).fill(7)],
    ];
    for (let i = 0; i < DAMAGED; i++) {
      const whole = RLP.decode(block.serialize()) as Item[];
      const transactions = whole[1] as Item[];
      const index = random.below(transactions.length);
      const envelope = transactions[index] as Item;
      const fields = (envelope instanceof Uint8Array ? RLP.decode(envelope.subarray(1)) : envelope) as Item[];
      fields[random.below(fields.length + 1)] = items[random.below(items.length)] as Item;
      const encoded = RLP.encode(fields as never);
      transactions[index] = envelope instanceof Uint8Array ? Uint8Array.of(envelope[0] as number, ...encoded) : fields;
      const damaged = RLP.encode(whole as never);
      expect(await direct(damaged)).toEqual(await checked(damaged));
      expect(await deferred(damaged)).toEqual(await found(damaged));
    }
  });
});
