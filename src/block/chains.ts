// Chains that look like Ethereum and are not: their blocks hold transactions of their own types, transactions of the
// system that follow other rules, or they charge and pay differently. Running them by Ethereum's rules would give a wrong
// result without a sign, so they are refused. A chain id that is not listed is taken for a chain with Ethereum's rules.
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
      ...[10, 130, 185, 204, 252, 255, 288, 291, 480, 690, 957, 1135, 1301, 1868, 8453, 34443, 57073, 81457],
      ...[84532, 7777777, 11155420],
    ],
  },
  { family: 'Mantle', because: 'deposit transactions and gas of its own token', chainIds: [5000, 5003] },
  { family: 'Metis', because: 'fees for the data on Ethereum', chainIds: [1088] },
  {
    family: 'Celo',
    because: 'fees in other tokens and deposit transactions',
    chainIds: [42220, 44787, 11142220],
  },
  {
    family: 'Arbitrum',
    because: 'transactions of its own types and fees for the data on Ethereum',
    chainIds: [33139, 42161, 42170, 421614, 660279],
  },
  {
    family: 'ZK Stack',
    because: 'transactions of its own types and gas of its own',
    chainIds: [232, 300, 324, 2741, 50104],
  },
  { family: 'Polygon PoS', because: 'transactions that sync its state', chainIds: [137, 80002] },
  { family: 'Polygon zkEVM', because: 'transactions and gas of its own', chainIds: [1101, 2442] },
  { family: 'BNB Smart Chain', because: 'system transactions', chainIds: [56, 97] },
  { family: 'Gnosis', because: 'system calls of its own', chainIds: [100, 10200] },
  { family: 'Avalanche', because: 'atomic transactions and gas of its own', chainIds: [43113, 43114] },
  { family: 'Scroll', because: 'messages and fees for the data on Ethereum', chainIds: [534351, 534352] },
  { family: 'Taiko', because: 'anchor transactions', chainIds: [167000] },
  { family: 'Berachain', because: 'system transactions', chainIds: [80094] },
  { family: 'Kaia', because: 'transactions of its own types', chainIds: [1001, 8217] },
  { family: 'Ronin', because: 'system transactions', chainIds: [2020] },
  { family: 'Ethereum Classic', because: 'rewards and forks of its own', chainIds: [61] },
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
  const family = FOREIGN_TYPES.get(Number(type));
  if (typeof type === 'boolean' || family === undefined) return;
  const message = `transaction type 0x${Number(type).toString(16)} is not supported: it belongs to ${family}`;
  throw new ParallelEvmError('UNSUPPORTED_CHAIN', message, { field, value: type });
}
