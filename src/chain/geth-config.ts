// The `config` of a genesis.json as geth writes it: which fork holds from which block or time on, and the blob parameters.
import { type Common, createCustomCommon, Mainnet } from '@ethereumjs/common';
import { fieldOf, optional, pathOf, readBytes, type SourceRecord, sourceRecord } from '../block/fields.ts';
import type { ForkName } from '../block/forks.ts';
import { badArgument, ParallelEvmError } from '../errors.ts';
import { hexOf, parseQuantity, U64_MAX } from '../hex.ts';
import { GAS_PER_BLOB } from '../spec/blobs.ts';
import type { Schedule } from './schedule.ts';

/** Forks by the block that they begin with, oldest first. */
const BLOCK_FORKS: readonly (readonly [field: string, fork: ForkName])[] = [
  ['homesteadBlock', 'homestead'],
  ['daoForkBlock', 'dao'],
  ['eip150Block', 'tangerineWhistle'],
  ['eip158Block', 'spuriousDragon'],
  ['byzantiumBlock', 'byzantium'],
  ['constantinopleBlock', 'constantinople'],
  ['petersburgBlock', 'petersburg'],
  ['istanbulBlock', 'istanbul'],
  ['muirGlacierBlock', 'muirGlacier'],
  ['berlinBlock', 'berlin'],
  ['londonBlock', 'london'],
  ['arrowGlacierBlock', 'arrowGlacier'],
  ['grayGlacierBlock', 'grayGlacier'],
];
/** Forks by the time that they begin at. */
const TIME_FORKS: readonly (readonly [field: string, fork: ForkName])[] = [
  ['shanghaiTime', 'shanghai'],
  ['cancunTime', 'cancun'],
  ['pragueTime', 'prague'],
  ['osakaTime', 'osaka'],
  ['bpo1Time', 'bpo1'],
  ['bpo2Time', 'bpo2'],
  ['bpo3Time', 'bpo3'],
  ['bpo4Time', 'bpo4'],
  ['bpo5Time', 'bpo5'],
];
/** Read elsewhere, or of no effect on what a block gives. */
const OTHER_PLACES = ['eip155Block', 'mergeNetsplitBlock'];
const PLACE = /(Block|Time)$/;

/** Numbers and times fit a safe integer: ethereumjs keeps them as one. */
function placeIn(config: SourceRecord, name: string): number | undefined {
  const value = fieldOf(config, name);
  return value === undefined
    ? undefined
    : Number(parseQuantity(value, pathOf(config, name), BigInt(Number.MAX_SAFE_INTEGER)));
}

function unsupported(config: SourceRecord, name: string, why: string): ParallelEvmError {
  const facts = { field: pathOf(config, name), value: fieldOf(config, name) };
  return new ParallelEvmError('UNSUPPORTED_CHAIN', `"${pathOf(config, name)}": ${why}`, facts);
}

/** @throws UNSUPPORTED_CHAIN for what would be other rules than those below */
function checkConfig(config: SourceRecord): void {
  const known = new Set([...BLOCK_FORKS, ...TIME_FORKS].map(([name]) => name).concat(OTHER_PLACES));
  for (const name of Object.keys(config.values))
    if (PLACE.test(name) && !known.has(name) && fieldOf(config, name) !== undefined)
      throw unsupported(config, name, 'a fork that is not supported');
  if (placeIn(config, 'eip155Block') !== placeIn(config, 'eip158Block'))
    throw unsupported(config, 'eip155Block', 'EIP-155 and EIP-158 begin with one fork');
  for (const name of ['clique', 'aura', 'parlia'])
    if (fieldOf(config, name) !== undefined) throw unsupported(config, name, 'fees go to the signers of headers');
}

interface Placed {
  name: ForkName;
  block: number | null;
  timestamp?: number;
}

function forksIn(config: SourceRecord): Placed[] {
  const petersburg = placeIn(config, 'petersburgBlock') ?? placeIn(config, 'constantinopleBlock');
  const blocks = BLOCK_FORKS.flatMap(([field, name]): Placed[] => {
    if (name === 'dao' && fieldOf(config, 'daoForkSupport') === false) return [];
    const block = name === 'petersburg' ? petersburg : placeIn(config, field);
    return block === undefined ? [] : [{ name, block }];
  });
  const times = TIME_FORKS.flatMap(([field, name]): Placed[] => {
    const timestamp = placeIn(config, field);
    return timestamp === undefined ? [] : [{ name, block: null, timestamp }];
  });
  return [{ name: 'chainstart', block: 0 }, ...blocks, ...times];
}

/** Forks of `config.blobSchedule` with their parameters as ethereumjs names them. */
function blobForks(config: SourceRecord): Record<string, { params: Record<string, number> }> {
  const schedule = fieldOf(config, 'blobSchedule');
  if (schedule === undefined) return {};
  const from = sourceRecord(schedule, pathOf(config, 'blobSchedule'));
  const amount = (entry: SourceRecord, name: string): number =>
    Number(parseQuantity(fieldOf(entry, name), pathOf(entry, name), 2n ** 32n));
  return Object.fromEntries(
    Object.keys(from.values).map((fork) => {
      const entry = sourceRecord(fieldOf(from, fork), pathOf(from, fork));
      const [target, max] = [amount(entry, 'target'), amount(entry, 'max')];
      const blobGasPerBlob = Number(GAS_PER_BLOB);
      const gas = { targetBlobGasPerBlock: target * blobGasPerBlob, maxBlobGasPerBlock: max * blobGasPerBlob };
      const blobGasPriceUpdateFraction = amount(entry, 'baseFeeUpdateFraction');
      return [fork, { params: { ...gas, target, max, blobGasPerBlob, blobGasPriceUpdateFraction } }];
    }),
  );
}

/**
 * Difficulties are larger than what a JSON number holds: a rounded one is taken as it is.
 * @throws BAD_ARGUMENT
 */
function difficultyIn(config: SourceRecord, name: string): bigint | undefined {
  const value = fieldOf(config, name);
  if (value === undefined) return undefined;
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  return parseQuantity(isWhole ? BigInt(value) : value, pathOf(config, name));
}

/**
 * The schedule that `config` describes.
 * @throws BAD_ARGUMENT naming the field; UNSUPPORTED_CHAIN for forks and kinds of consensus that are not supported
 */
export function scheduleOf(config: SourceRecord): Schedule {
  checkConfig(config);
  const chainId = Number(parseQuantity(fieldOf(config, 'chainId'), pathOf(config, 'chainId'), U64_MAX));
  if (!Number.isSafeInteger(chainId)) throw badArgument(pathOf(config, 'chainId'), 'at most 2^53 - 1', chainId);
  const deposits = optional((from, name) => readBytes(from, name, 20), config, 'depositContractAddress');
  const chain = {
    ...{ name: 'custom', chainId, hardforks: forksIn(config), customHardforks: blobForks(config) },
    ...(deposits && { depositContractAddress: hexOf(deposits) }),
  };
  const common: Common = createCustomCommon(chain, Mainnet);
  return { common, terminalTotalDifficulty: difficultyIn(config, 'terminalTotalDifficulty') };
}
