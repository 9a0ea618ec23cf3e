// The direct ways (JSON-RPC and RLP straight into records) against the checked one: whatever the input, they end alike,
// in the same bytes or in the same error. Inputs are blocks of every fork and form, and such blocks damaged at random.
import { Common, Mainnet } from '@ethereumjs/common';
import { RLP } from '@ethereumjs/rlp';
import { beforeAll, describe, expect, it } from 'vitest';
import { SIGNED_BYTES, TX_FROM, TX_SIGNED } from '../../assembly/layout.ts';
import { type BlockInput, decodeBlockSync, stageBlock } from '../../src/block/decode.ts';
import { stageObjects } from '../../src/block/direct-object.ts';
import { stageRlp } from '../../src/block/direct-rlp.ts';
import { stageRpc } from '../../src/block/direct-rpc.ts';
import type { ForkName } from '../../src/block/forks.ts';
import { addressOfPublicKey, recoverAddress, recoverAddressBy } from '../../src/block/recover.ts';
import { openRlp } from '../../src/block/rlp.ts';
import { Senders } from '../../src/block/senders.ts';
import { type Stage, stagePlain } from '../../src/block/staging.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import { createSpace, LEAST_BYTES } from '../../src/memory/shared.ts';
import { ecrecover, type Recover } from '../../src/precompiles/ecdsa.ts';
import { loadRecover } from '../../src/precompiles/host.ts';
import { compileMcl } from '../../src/precompiles/mcl-module.ts';
import { type Json, makeBlock, OLD_FORKS, Random, rpcForm, viemForm, withoutSenders } from './blocks.ts';

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

type Ending = { bytes: Uint8Array; frame: unknown } | { code: string; field: unknown; value: unknown; message: string };

async function endingOf(run: () => unknown): Promise<Ending> {
  try {
    const { transactions, ...frame } = (await run()) as { transactions: Stage };
    return { bytes: bytesOf(transactions), frame };
  } catch (error) {
    if (!(error instanceof ParallelEvmError)) throw error;
    const { code, field, value, message } = error;
    return { code, field, value, message };
  }
}

const checked = (input: unknown): Promise<Ending> =>
  endingOf(() => {
    const options = { common, recover: recoverAddressBy(recoverKey) };
    const { transactions, ...frame } = decodeBlockSync(input as BlockInput, options);
    return { ...frame, transactions: stagePlain(transactions) };
  });
const direct = (input: unknown): Promise<Ending> =>
  endingOf(() => stageBlock(input as BlockInput, { common, recover: recoverAddressBy(recoverKey), senders }));

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

  it.each(forks)('leave senders to be recovered from what was signed: %s', (fork) => {
    const input = makeBlock(SEED, fork).serialize();
    const context = { fork: fork as ForkName, chainId: 1n, recover: recoverAddress };
    const stageWith = (defers: boolean): Stage => {
      const opened = openRlp(input);
      const stage = opened && stageRlp(opened.transactions, context, { senders, defers });
      if (stage === undefined) throw new Error('not staged directly');
      return stage;
    };
    const [known, pending] = [stageWith(false), stageWith(true)];
    expect([known.pendingSenders, pending.pendingSenders]).toEqual([0, known.count]);
    const recover = ecrecover(recoverKey);
    for (let i = 0; i < known.count; i++) {
      const signed = pending.views.u32(pending.record(i) + TX_SIGNED);
      const key = new Uint8Array(64);
      expect(recover(pending.views.bytes.subarray(signed, signed + SIGNED_BYTES), key, 0)).toBe(64);
      expect(addressOfPublicKey(key)).toEqual(known.views.bigEndian(known.record(i) + TX_FROM, 20));
    }
  });

  it.each(forks)('take the direct ways: %s', (fork) => {
    const block = makeBlock(SEED, fork);
    const context = { fork: fork as ForkName, chainId: 1n, recover: recoverAddress };
    expect(stageRpc(rpcForm(block).transactions as unknown[], context, { senders, defers: false })).toBeDefined();
    expect(
      stageRpc(viemForm(rpcForm(block)).transactions as unknown[], context, { senders, defers: false }),
    ).toBeDefined();
    const opened = openRlp(block.serialize());
    expect(opened && stageRlp(opened.transactions, context, { senders, defers: false })).toBeDefined();
    for (const tx of block.transactions) tx.getSenderAddress(); // kept by the object
    expect(stageObjects(block, context, { senders, defers: false })).toBeDefined();
  });
});

describe(`damaged blocks end alike, seed ${SEED}`, () => {
  const block = makeBlock(SEED, 'prague');
  const odd: unknown[] = [
    ...[undefined, null, '', '0x', '0x0', '0x00', '0x1g', 'x', -1, 1.5, 2 ** 53, -1n, 2n ** 256n, 2n ** 64n, true],
    ...[{}, [], [[]], '0x1', `0x${'0'.repeat(63)}1`, `0x${'0'.repeat(64)}1`, `0x${'ff'.repeat(20)}`, 27, 28, 37, 38, 5],
    ...[`0x${'FF'.repeat(32)}`, new Uint8Array(20), new Uint8Array(32), new Uint8Array(0), '0x12345', '0X12'],
  ];

  it('fields of JSON-RPC transactions', async () => {
    const random = new Random(SEED);
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
      const rpc = rpcForm(block);
      const transactions = rpc.transactions as Json[];
      const tx = transactions[random.below(transactions.length)] as Json;
      tx[names[random.below(names.length)] as string] = odd[random.below(odd.length)];
      const expected = await checked(rpc);
      if ('code' in expected) refused += 1;
      expect(await direct(rpc)).toEqual(expected);
    }
    expect(refused).toBeGreaterThan(DAMAGED / 4);
    expect(refused).toBeLessThan(DAMAGED);
  });

  it('bytes of block RLP', async () => {
    const random = new Random(SEED + 1);
    const bytes = block.serialize();
    for (let i = 0; i < DAMAGED; i++) {
      const damaged = bytes.slice();
      damaged[random.below(bytes.length)] = random.below(256);
      expect(await direct(damaged)).toEqual(await checked(damaged));
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
    }
  });
});
