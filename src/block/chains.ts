// Chains that look like Ethereum and are not: their blocks hold transactions of their own types, transactions of the
// system that follow other rules, or they charge and pay differently. Running them by Ethereum's rules would give a wrong
// result without a sign, so they are refused. A chain id that is not listed is taken for a chain with Ethereum's rules.
//
// Where the ids are from: `viem/chains` of viem 2.57.20 (chains that it gives the OP Stack's, ZK Stack's or Linea's
// formats, and the names of the others), ethereum-optimism/superchain-registry at 8336d2a (mainnet and Sepolia),
// OffchainLabs/arbitrum-token-bridge at 0b8e4d5 (orbitChainsData.json). Named by none of them: retired test networks
// (Celo 62320, ZKsync 280, Ronin 2021) and ZKcandy 320, GRVT 325, HECO 128, Mordor 63.
import { ParallelEvmError } from '../errors.ts';

interface Family {
  readonly family: string;
  /** What Ethereum does not have. */
  readonly because: string;
  readonly chainIds: readonly number[];
}

const FAMILIES: readonly Family[] = [
  {
    family: 'OP Stack',
    because: 'deposit transactions and fees for the data on Ethereum',
    chainIds: [
      ...[10, 130, 169, 177, 183, 185, 204, 252, 254, 255, 288, 291, 360, 420, 424, 478, 480, 624, 625, 690, 863],
      ...[919, 957, 1135, 1301, 1338, 1740, 1750, 1868, 1874, 1923, 1924, 1946, 2192, 2331, 2522, 4202, 4326, 4801],
      ...[5330, 5371, 5373, 5611, 6805, 6806, 7560, 7741, 8008, 8453, 11011, 12553, 13001, 16481, 17069, 28882],
      ...[33979, 34443, 48898, 48900, 53302, 57073, 58008, 60808, 65536, 77410, 81224, 81457, 84531, 84532, 91342],
      ...[132902, 325000, 380929, 695569, 763373, 808813, 812242, 2702128, 3397901, 7777777, 7849306, 11155420],
      ...[28122024, 111557560, 168587773, 888888888, 999999999, 2713017997578000, 2716446429837000],
    ],
  },
  { family: 'Mantle', because: 'deposit transactions and gas of its own token', chainIds: [5000, 5003] },
  { family: 'Metis', because: 'fees for the data on Ethereum', chainIds: [1088, 59902] },
  {
    family: 'Linea',
    because: 'headers that do not name who is paid',
    chainIds: [59140, 59141, 59144, 1660990954],
  },
  {
    family: 'Celo',
    because: 'fees in other tokens and deposit transactions',
    chainIds: [42220, 44787, 62320, 11142220],
  },
  {
    family: 'Arbitrum',
    because: 'transactions of its own types and fees for the data on Ethereum',
    chainIds: [
      ...[140, 228, 393, 510, 681, 869, 1625, 1628, 1962, 1996, 2730, 2911, 3940, 4078, 4162, 9116, 12324, 32766],
      ...[33139, 41923, 42161, 42170, 51828, 53456, 53457, 55244, 83868, 88899, 92278, 94524, 98215, 98865, 98866],
      ...[98867, 101069, 132766, 181228, 190415, 323432, 383353, 421613, 421614, 613419, 660279, 668668, 843843],
      ...[888991, 905905, 6985385, 7080969, 10058111, 10058112, 79479957, 241320162, 666666666, 1380012617],
      ...[1918988905, 37714555429],
    ],
  },
  {
    family: 'ZK Stack',
    because: 'transactions of its own types and gas of its own',
    chainIds: [
      ...[232, 260, 270, 272, 280, 300, 312, 320, 324, 325, 388, 626, 627, 2741, 11124, 50104, 61166, 543210, 978658],
      ...[1612127, 531050104],
    ],
  },
  { family: 'Polygon PoS', because: 'transactions that sync its state', chainIds: [137, 199, 80001, 80002] },
  { family: 'Polygon zkEVM', because: 'transactions and gas of its own', chainIds: [1101, 2442] },
  { family: 'BNB Smart Chain', because: 'system transactions', chainIds: [56, 97] },
  { family: 'BNB Smart Chain fork', because: 'system transactions', chainIds: [128, 1116, 88888] },
  { family: 'Fantom', because: 'transactions of its own consensus', chainIds: [146, 250, 4002] },
  { family: 'XDC', because: 'signing transactions of its consensus', chainIds: [50, 51] },
  { family: 'Viction', because: 'signing transactions of its consensus', chainIds: [88, 89] },
  { family: 'Rootstock', because: 'transactions and gas of its own', chainIds: [30, 31] },
  { family: 'Filecoin', because: 'gas of its own', chainIds: [314, 314159] },
  { family: 'Hedera', because: 'gas of its own', chainIds: [295, 296] },
  { family: 'Cosmos', because: 'gas and fees of its own', chainIds: [25, 338, 1329, 2222, 7700, 9001] },
  { family: 'Polkadot', because: 'gas of its own', chainIds: [592, 1284, 1285, 1287] },
  { family: 'HyperEVM', because: 'system transactions', chainIds: [998, 999] },
  { family: 'Gnosis', because: 'system calls of its own', chainIds: [100, 10200] },
  { family: 'AuRa', because: 'system calls of its own', chainIds: [122, 246] },
  { family: 'Avalanche', because: 'atomic transactions and gas of its own', chainIds: [43113, 43114] },
  { family: 'Scroll', because: 'messages and fees for the data on Ethereum', chainIds: [534351, 534352] },
  { family: 'Taiko', because: 'anchor transactions', chainIds: [167000, 167009] },
  { family: 'Berachain', because: 'system transactions', chainIds: [80069, 80094] },
  { family: 'Kaia', because: 'transactions of its own types', chainIds: [1001, 8217] },
  { family: 'Ronin', because: 'system transactions', chainIds: [2020, 2021, 202601] },
  { family: 'Ethereum Classic', because: 'rewards and forks of its own', chainIds: [61, 63] },
];

/** EIP-2718 types that other chains gave a meaning, by the chain. */
const FOREIGN_TYPES: ReadonlyMap<number, string> = new Map([
  ...[0x64, 0x65, 0x66, 0x68, 0x69, 0x6a].map((type) => [type, 'Arbitrum'] as const),
  [0x71, 'ZK Stack'],
  [0xff, 'ZK Stack'],
  ...[0x7b, 0x7c, 0x7d].map((type) => [type, 'Celo'] as const),
  [0x7e, 'OP Stack'],
  [0x7f, 'Polygon PoS'],
]);

/** @throws UNSUPPORTED_CHAIN for a chain with rules of its own. */
export function assertEthereumRules(chainId: bigint): void {
  const found = FAMILIES.find(({ chainIds }) => chainIds.includes(Number(chainId)));
  if (found === undefined) return;
  const message = `chain ${chainId} is not supported: ${found.family} has ${found.because}`;
  throw new ParallelEvmError('UNSUPPORTED_CHAIN', message, { field: 'chainId', value: chainId });
}

/** @throws UNSUPPORTED_CHAIN if `type` is a transaction type of another chain. */
export function assertEthereumType(type: unknown, field: string): void {
  // Anything else is no type at all, which is for the parser to say.
  if (typeof type !== 'number' && typeof type !== 'bigint' && typeof type !== 'string') return;
  const family = FOREIGN_TYPES.get(Number(type));
  if (family === undefined) return;
  const message = `transaction type 0x${Number(type).toString(16)} is not supported: it belongs to ${family}`;
  throw new ParallelEvmError('UNSUPPORTED_CHAIN', message, { field, value: type });
}
