// A block that is decoded before its turn: what was found out early counts, once, where it is what the turn would find out.
import { describe, expect, it } from 'vitest';
import type { ForkName } from '../../src/block/forks.ts';
import type { StagedBlock } from '../../src/block/prepared.ts';
import { Incoming } from '../../src/chain/incoming.ts';
import { badArgument, ParallelEvmError } from '../../src/errors.ts';
import { BLOCKS } from './export.ts';

const RLP_OF_BLOCK = BLOCKS[40] as Uint8Array;

/** An incoming block, and under which forks it has been decoded. */
function watched(rlp: Uint8Array = RLP_OF_BLOCK, stage: (fork: ForkName) => unknown = (fork) => ({ hardfork: fork })) {
  const forks: ForkName[] = [];
  const incoming = new Incoming(rlp, undefined, async (bytes, fork) => {
    expect(bytes).toBe(rlp);
    forks.push(fork);
    return stage(fork) as StagedBlock;
  });
  return { incoming, forks };
}

describe('a block on its way into a chain', () => {
  it('is decoded in its turn where nothing was begun before', async () => {
    const { incoming, forks } = watched();
    expect(await incoming.opened()).toMatchObject({ value: { header: { number: 41n } } });
    expect(forks).toEqual([]);
    expect(await incoming.staged('shanghai')).toMatchObject({ read: { value: { hardfork: 'shanghai' } } });
    expect(forks).toEqual(['shanghai']);
  });

  it('is decoded once where it was begun before', async () => {
    const { incoming, forks } = watched();
    incoming.begin(({ header }) => (header.number === 41n ? 'shanghai' : undefined));
    expect(await incoming.opened()).toMatchObject({ value: { header: { number: 41n } } });
    expect(forks).toEqual(['shanghai']);
    const { read, ms } = await incoming.staged('shanghai');
    expect(read).toEqual({ value: { hardfork: 'shanghai' } });
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(forks).toEqual(['shanghai']);
  });

  it('is decoded again where its rules are others than was thought', async () => {
    const { incoming, forks } = watched();
    incoming.begin(() => 'paris');
    expect(await incoming.staged('shanghai')).toMatchObject({ read: { value: { hardfork: 'shanghai' } } });
    expect(forks).toEqual(['paris', 'shanghai']);
  });

  it('is not decoded before where it has no chance', async () => {
    const { incoming, forks } = watched();
    incoming.begin(() => undefined);
    await incoming.opened();
    expect(forks).toEqual([]);
    await incoming.staged('shanghai');
    expect(forks).toEqual(['shanghai']);
  });

  it('is refused in its turn for what was found early', async () => {
    const { incoming, forks } = watched(RLP_OF_BLOCK, () => {
      throw badArgument('transactions[3].s', 'low', 1n);
    });
    incoming.begin(() => 'shanghai');
    const refusal = { code: 'MALFORMED_BLOCK', txIndex: 3, field: 'transactions[3].s' };
    expect(await incoming.staged('shanghai')).toMatchObject({ read: { invalid: refusal } });
    expect(forks).toEqual(['shanghai']);
    const cut = watched(RLP_OF_BLOCK.subarray(0, 100));
    cut.incoming.begin(() => 'shanghai');
    expect(await cut.incoming.opened()).toMatchObject({ invalid: { code: 'MALFORMED_BLOCK', txIndex: -1 } });
    expect(cut.forks).toEqual([]);
  });

  it('meets an error again in its turn, and not before', async () => {
    const failing = watched(RLP_OF_BLOCK, () => {
      throw new ParallelEvmError('STATE_TOO_LARGE', 'too much');
    });
    failing.incoming.begin(() => 'shanghai');
    expect(await failing.incoming.opened()).toHaveProperty('value');
    await expect(failing.incoming.staged('shanghai')).rejects.toMatchObject({ code: 'STATE_TOO_LARGE' });
    expect(failing.forks).toEqual(['shanghai', 'shanghai']);
    const unknown = watched();
    unknown.incoming.begin(() => {
      throw new ParallelEvmError('UNSUPPORTED_CHAIN', 'no such fork');
    });
    expect(await unknown.incoming.opened()).toHaveProperty('value');
  });
});
