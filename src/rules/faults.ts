// The rules that a block may break, where neither a transaction nor its execution is at fault.

/** Why a block is refused; each code's rule is in `reason`. */
export type BlockFaultCode =
  | 'MALFORMED_BLOCK'
  | 'BLOCK_SIZE'
  | 'HEADER_FIELDS'
  | 'WRONG_NUMBER'
  | 'WRONG_TIMESTAMP'
  | 'WRONG_GAS_LIMIT'
  | 'WRONG_GAS_USED'
  | 'WRONG_EXTRA_DATA'
  | 'WRONG_DIFFICULTY'
  | 'WRONG_NONCE'
  | 'WRONG_BASE_FEE'
  | 'WRONG_EXCESS_BLOB_GAS'
  | 'WRONG_BLOB_GAS_USED'
  | 'WRONG_OMMERS_HASH'
  | 'WRONG_TRANSACTIONS_ROOT'
  | 'WRONG_WITHDRAWALS_ROOT'
  | 'WRONG_RECEIPTS_ROOT'
  | 'WRONG_LOGS_BLOOM'
  | 'WRONG_STATE_ROOT'
  | 'WRONG_REQUESTS_HASH'
  | 'TOO_MANY_OMMERS'
  | 'OMMER_REPEATED'
  | 'OMMER_IS_ANCESTOR'
  | 'OMMER_UNRELATED'
  | 'OMMER_INVALID';

/** What a rule is about. */
interface Rule {
  /** Which rule. */
  code: BlockFaultCode;
  /** As JSON-RPC names it, or a path (`ommers[0].number`). */
  field: string;
  /** The rule, in a sentence. */
  reason: string;
}

/** A rule that a block breaks. Both sides as text: amounts in decimal, bytes in hex. */
export interface BlockFault extends Rule {
  /** What the rule demands. */
  must: string;
  /** What the block has. */
  got: string;
}

export type Faults = Generator<BlockFault, void, undefined>;

/** Of each rule: code, field, sentence. */
const FACTS = {
  blockSize: ['BLOCK_SIZE', 'block', 'encoded blocks have a limit (EIP-7934)'],
  number: ['WRONG_NUMBER', 'number', "a block's number is one above its parent's"],
  timestamp: ['WRONG_TIMESTAMP', 'timestamp', "a block's time is after its parent's"],
  extraBytes: ['WRONG_EXTRA_DATA', 'extraData', 'extra data has a limit'],
  daoExtraData: ['WRONG_EXTRA_DATA', 'extraData', 'the first blocks of the DAO fork carry its name (EIP-779)'],
  gasLimitRange: ['WRONG_GAS_LIMIT', 'gasLimit', 'gas limits have bounds (EIP-1985)'],
  gasLimitChange: ['WRONG_GAS_LIMIT', 'gasLimit', "the gas limit changes by less than a 1024th of the parent's"],
  gasUsedRange: ['WRONG_GAS_USED', 'gasUsed', 'the gas used is within the gas limit'],
  noDifficulty: ['WRONG_DIFFICULTY', 'difficulty', 'there is no difficulty from Paris on (EIP-3675)'],
  difficulty: ['WRONG_DIFFICULTY', 'difficulty', 'the difficulty follows from the parent'],
  noNonce: ['WRONG_NONCE', 'nonce', 'the nonce is 0 from Paris on (EIP-3675)'],
  noOmmers: ['WRONG_OMMERS_HASH', 'sha3Uncles', 'there are no ommers from Paris on (EIP-3675)'],
  baseFee: ['WRONG_BASE_FEE', 'baseFeePerGas', 'the base fee follows from the parent (EIP-1559)'],
  blobGasRange: ['WRONG_BLOB_GAS_USED', 'blobGasUsed', 'the blob gas used is within its limit (EIP-4844)'],
  excessBlobGas: [
    'WRONG_EXCESS_BLOB_GAS',
    'excessBlobGas',
    'excess blob gas follows from the parent (EIP-4844, EIP-7918)',
  ],
  ommersHash: ['WRONG_OMMERS_HASH', 'sha3Uncles', 'the header has the hash of the list of ommers'],
  ommerCount: ['TOO_MANY_OMMERS', 'ommers', 'a block has two ommers at most'],
  transactionsRoot: [
    'WRONG_TRANSACTIONS_ROOT',
    'transactionsRoot',
    'the header has the root of the list of transactions',
  ],
  withdrawals: ['MALFORMED_BLOCK', 'withdrawals', 'blocks have withdrawals from Shanghai on (EIP-4895)'],
  withdrawalsRoot: [
    'WRONG_WITHDRAWALS_ROOT',
    'withdrawalsRoot',
    'the header has the root of the list of withdrawals (EIP-4895)',
  ],
  gasUsed: ['WRONG_GAS_USED', 'gasUsed', 'the header has the gas that the block uses'],
  blobGasUsed: ['WRONG_BLOB_GAS_USED', 'blobGasUsed', 'the header has the blob gas that the block uses (EIP-4844)'],
  receiptsRoot: ['WRONG_RECEIPTS_ROOT', 'receiptsRoot', 'the header has the root of the list of receipts'],
  logsBloom: ['WRONG_LOGS_BLOOM', 'logsBloom', 'the header has the bloom filter of the logs'],
  requestsHash: ['WRONG_REQUESTS_HASH', 'requestsHash', 'the header has the hash of the requests (EIP-7685)'],
  stateRoot: ['WRONG_STATE_ROOT', 'stateRoot', 'the header has the state root after the block'],
  ommerOnce: ['OMMER_REPEATED', 'ommers', 'a header is an ommer once'],
  ommerAncestor: ['OMMER_IS_ANCESTOR', 'ommers', 'an ancestor is no ommer'],
  ommerTime: ['OMMER_INVALID', 'ommers', "an ommer's number and time belong to one fork"],
  ommerParent: ['OMMER_UNRELATED', 'ommers', "an ommer's parent is an ancestor, two to seven generations up"],
} as const;

const ruleOf = ([code, field, reason]: readonly [BlockFaultCode, string, string]): Rule => ({ code, field, reason });

/** Rules by what they look at. */
export const RULES: Readonly<Record<keyof typeof FACTS, Rule>> = Object.fromEntries(
  Object.entries(FACTS).map(([name, facts]) => [name, ruleOf(facts)]),
) as Record<keyof typeof FACTS, Rule>;

/** A fault, unless the block has what the rule demands. */
export function* unequal(rule: Rule, must: bigint | string, got: bigint | string): Faults {
  if (must !== got) yield { ...rule, must: String(must), got: String(got) };
}

/** The same for a demand that is more than one value. */
export function* unless(holds: boolean, rule: Rule, must: string, got: bigint | string): Faults {
  if (!holds) yield { ...rule, must, got: String(got) };
}

/** The same for what is to be there or not. */
export function* unlessThere(should: boolean, is: boolean, rule: Rule): Faults {
  const text = (there: boolean): string => (there ? 'present' : 'absent');
  yield* unequal(rule, text(should), text(is));
}

/** The rule that headers from a fork on have a field. */
export const fieldRule = (field: string, fork: string): Rule =>
  ruleOf(['HEADER_FIELDS', field, `headers have this field from ${fork} on`]);
