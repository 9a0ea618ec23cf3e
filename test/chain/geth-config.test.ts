// Schedules out of genesis.json.
import { describe, expect, it } from 'vitest';
import { scheduleOf } from '../../src/chain/geth-config.ts';
import { forkAt, type Schedule } from '../../src/chain/schedule.ts';
import { depositContractOf } from '../../src/result/requests.ts';
import { blobSchedule } from '../../src/spec/blobs.ts';
import { GENESIS } from './export.ts';

const scheduled = (config: object): Schedule =>
  scheduleOf({ path: 'genesis.config', values: { chainId: 7, ...config } });
const forkIn = (schedule: Schedule, number: number, timestamp: number, before = 0n): string =>
  forkAt(schedule, { number: BigInt(number), timestamp: BigInt(timestamp) }, before);

describe('a schedule', () => {
  it('has forks by block, by total difficulty and by time', () => {
    const schedule = scheduled(GENESIS.config);
    const merged = 4_732_352n;
    expect(forkIn(schedule, 0, 0)).toBe('homestead');
    expect(forkIn(schedule, 26, 260)).toBe('berlin');
    expect(forkIn(schedule, 35, 350, merged - 1n)).toBe('grayGlacier');
    expect(forkIn(schedule, 35, 9999, merged - 1n)).toBe('grayGlacier');
    expect(forkIn(schedule, 36, 360, merged)).toBe('paris');
    expect(forkIn(schedule, 40, 400, merged)).toBe('shanghai');
    expect(forkIn(schedule, 54, 540, merged)).toBe('bpo2');
  });

  it('has Petersburg with Constantinople unless it says where', () => {
    const [early, late] = [{ constantinopleBlock: 5 }, { constantinopleBlock: 5, petersburgBlock: 9 }].map(scheduled);
    expect([forkIn(early as Schedule, 5, 5), forkIn(late as Schedule, 5, 5)]).toEqual(['petersburg', 'constantinople']);
  });

  it('leaves the DAO fork out where it is not supported', () => {
    expect(forkIn(scheduled({ homesteadBlock: 0, daoForkBlock: 2 }), 3, 3)).toBe('dao');
    expect(forkIn(scheduled({ homesteadBlock: 0, daoForkBlock: 2, daoForkSupport: false }), 3, 3)).toBe('homestead');
  });

  it('has the blob parameters that it names, for changes of them too', () => {
    const { common } = scheduled({
      ...{ cancunTime: 0, pragueTime: 10, osakaTime: 20, bpo1Time: 30 },
      blobSchedule: {
        cancun: { target: 1, max: 2, baseFeeUpdateFraction: 3 },
        prague: { target: '0x4', max: '0x5', baseFeeUpdateFraction: '0x6' },
        bpo1: { target: 7, max: 8, baseFeeUpdateFraction: 9 },
      },
    });
    const inBlobs = (fork: string): bigint[] => {
      const { targetGas, maxGas, updateFraction } = blobSchedule(common, fork);
      return [targetGas / 131_072n, maxGas / 131_072n, updateFraction];
    };
    expect(['cancun', 'prague', 'osaka', 'bpo1'].map(inBlobs)).toEqual([
      ...[
        [1n, 2n, 3n],
        [4n, 5n, 6n],
        [4n, 5n, 6n],
        [7n, 8n, 9n],
      ],
    ]);
  });

  it("has the chain's deposit contract", () => {
    const { common } = scheduled({ depositContractAddress: `0x${'Ab'.repeat(20)}` });
    expect(depositContractOf(common)).toBe(`0x${'ab'.repeat(20)}`);
  });

  it.each([
    [{ eip155Block: 1, eip158Block: 2 }, 'eip155Block'],
    [{ clique: { period: 1 } }, 'clique'],
    [{ amsterdamTime: 5 }, 'amsterdamTime'],
    [{ ewasmBlock: 5 }, 'ewasmBlock'],
  ])('refuses rules that are not supported: %j', (config, name) => {
    const facts = { code: 'UNSUPPORTED_CHAIN', field: `genesis.config.${name}` };
    expect(() => scheduled(config)).toThrow(expect.objectContaining(facts));
  });

  it.each([
    [{ chainId: undefined }, 'chainId'],
    [{ londonBlock: '-1' }, 'londonBlock'],
    [{ shanghaiTime: 1.5 }, 'shanghaiTime'],
    [{ terminalTotalDifficulty: 'much' }, 'terminalTotalDifficulty'],
    [{ depositContractAddress: '0x00' }, 'depositContractAddress'],
    [{ blobSchedule: { cancun: { target: 1, max: 2 } } }, 'blobSchedule.cancun.baseFeeUpdateFraction'],
  ])('names the field at fault: %j', (config, name) => {
    const facts = { code: 'BAD_ARGUMENT', field: `genesis.config.${name}` };
    expect(() => scheduled(config)).toThrow(expect.objectContaining(facts));
  });
});
