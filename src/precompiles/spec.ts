// Which precompiles a fork has and what they cost, as the engine writes it into the fork record. Each fork is the one
// before it plus its lines here; forks that change no precompile stand in the table with none.
import {
  PC_BLAKE2F,
  PC_BN_PAIRING,
  PC_ECRECOVER,
  PC_G1_ADD,
  PC_IDENTITY,
  PC_KZG,
  PC_MAP_FP2,
  PC_MODEXP,
  PC_P256,
  SPEC_PC_BN_ADD,
  SPEC_PC_BN_MUL,
  SPEC_PC_BN_PAIR,
  SPEC_PC_BN_PAIRING,
  SPEC_PC_MODEXP_MAX,
  SPEC_PC_MODEXP_RULES,
  SPEC_PC_P256,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';

export interface PrecompileSpec {
  /** Addresses, ascending. */
  active: number[];
  /** Offset in the fork record → u32. */
  fields: Record<number, number>;
}

interface Change {
  fork: string;
  /** First and last new address. */
  adds?: [number, number];
  fields?: Record<number, number>;
}

const FORKS: Change[] = [
  { fork: 'chainstart', adds: [PC_ECRECOVER, PC_IDENTITY] },
  { fork: 'homestead' },
  { fork: 'dao' },
  { fork: 'tangerineWhistle' },
  { fork: 'spuriousDragon' },
  {
    fork: 'byzantium', // EIP-196, EIP-197, EIP-198
    adds: [PC_MODEXP, PC_BN_PAIRING],
    fields: {
      [SPEC_PC_BN_ADD]: 500,
      [SPEC_PC_BN_MUL]: 40000,
      [SPEC_PC_BN_PAIRING]: 100000,
      [SPEC_PC_BN_PAIR]: 80000,
    },
  },
  { fork: 'constantinople' },
  { fork: 'petersburg' },
  {
    fork: 'istanbul', // EIP-152, EIP-1108
    adds: [PC_BLAKE2F, PC_BLAKE2F],
    fields: {
      [SPEC_PC_BN_ADD]: 150,
      [SPEC_PC_BN_MUL]: 6000,
      [SPEC_PC_BN_PAIRING]: 45000,
      [SPEC_PC_BN_PAIR]: 34000,
    },
  },
  { fork: 'muirGlacier' },
  { fork: 'berlin', fields: { [SPEC_PC_MODEXP_RULES]: 1 } }, // EIP-2565
  { fork: 'london' },
  { fork: 'arrowGlacier' },
  { fork: 'grayGlacier' },
  { fork: 'mergeNetsplitBlock' },
  { fork: 'paris' },
  { fork: 'shanghai' },
  { fork: 'cancun', adds: [PC_KZG, PC_KZG] }, // EIP-4844
  { fork: 'prague', adds: [PC_G1_ADD, PC_MAP_FP2] }, // EIP-2537
  {
    fork: 'osaka', // EIP-7823, EIP-7883, EIP-7951
    adds: [PC_P256, PC_P256],
    fields: { [SPEC_PC_MODEXP_RULES]: 2, [SPEC_PC_MODEXP_MAX]: 1024, [SPEC_PC_P256]: 6900 },
  },
  { fork: 'bpo1' },
  { fork: 'bpo2' },
  { fork: 'bpo3' },
  { fork: 'bpo4' },
  { fork: 'bpo5' },
];

/** Before a rule exists its numbers are zero. */
const NOTHING: Record<number, number> = {
  [SPEC_PC_MODEXP_RULES]: 0,
  [SPEC_PC_MODEXP_MAX]: 0,
  [SPEC_PC_BN_ADD]: 0,
  [SPEC_PC_BN_MUL]: 0,
  [SPEC_PC_BN_PAIRING]: 0,
  [SPEC_PC_BN_PAIR]: 0,
  [SPEC_PC_P256]: 0,
};

/**
 * Precompiles of a fork, named as in `@ethereumjs/common`.
 * @throws {ParallelEvmError} `UNSUPPORTED_CHAIN` for an unknown fork
 */
export function precompileSpec(hardfork: string): PrecompileSpec {
  const last = FORKS.findIndex(({ fork }) => fork === hardfork);
  if (last < 0) {
    const facts = { field: 'hardfork', value: hardfork };
    throw new ParallelEvmError('UNSUPPORTED_CHAIN', `no precompile rules for fork "${hardfork}"`, facts);
  }
  const spec: PrecompileSpec = { active: [], fields: { ...NOTHING } };
  for (const { adds, fields } of FORKS.slice(0, last + 1)) {
    if (adds) for (let address = adds[0]; address <= adds[1]; address++) spec.active.push(address);
    Object.assign(spec.fields, fields);
  }
  return spec;
}
