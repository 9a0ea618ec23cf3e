// Blocks without conflicts whose transactions differ in what they make coordination do: nothing but transfers, many storage
// slots each, long computations.
import type { RpcBlock, RpcTransaction } from '../block/rpc.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { PreAccount, PreState } from '../state/types.ts';
import { assemble } from '../warm-up/assembler.ts';
import { balanceSlot, warmUpBlock, warmUpState } from '../warm-up/block.ts';
import { TOKEN } from '../warm-up/programs.ts';

export interface CalibrationBlock {
  block: RpcBlock;
  preState: PreState;
}

/** Spread over the key space as real addresses are. */
const address = (index: number): Hex =>
  `0x${((BigInt(index) * 0x9e3779b97f4a7c15f39cc0605cedc835n) % 2n ** 159n).toString(16).padStart(40, '0')}`;

const FIRST_SENDER = 1000;
const FIRST_TARGET = 500_000;
const ETHER = 10n ** 18n;

/** 1 is added to each of twelve slots. */
const STORES = Array.from({ length: 12 }, (_, i) => {
  const slot = (i + 1).toString(16).padStart(2, '0');
  return `${slot} SLOAD 01 ADD ${slot} SSTORE`;
}).join(' ');

const LOOP = 'PUSH0 0800 again: SWAP1 07 MUL 03 ADD SWAP1 01 SWAP1 SUB DUP1 @again JUMPI PUSH0 SSTORE STOP';

/** Four events of three topics and 64 bytes. */
const EVENTS = 'CALLER CALLER CALLER 40 PUSH0 LOG3 '.repeat(4);

/** What the transactions of a block do. */
interface Plan {
  count: number;
  /** Bytes of the code that each calls at an address of its own; none: they are transfers. */
  program?: string;
  /** Instead of that, what all of them call. */
  target?: Hex;
  input?: (to: Hex) => Hex;
}

function blockOf({ count, program, target, input = () => '0x01020304' }: Plan): CalibrationBlock {
  const code = program === undefined ? undefined : hexOf(assemble(program));
  const state: Record<Hex, PreAccount> = { ...warmUpState() } as Record<Hex, PreAccount>;
  const isTransfer = code === undefined && target === undefined;
  const transactions = Array.from({ length: count }, (_, i): RpcTransaction => {
    const [from, own] = [address(FIRST_SENDER + i), address(FIRST_TARGET + i)];
    state[from] = { nonce: 0, balance: 10n * ETHER };
    if (code !== undefined) state[own] = { nonce: 1, balance: 1n, code };
    const call = isTransfer ? { gas: 21_000, value: 1n, input: '0x' } : { gas: 400_000, value: 0n, input: input(own) };
    return {
      ...{
        type: 2,
        chainId: 1,
        nonce: 0,
        maxFeePerGas: 2n * 10n ** 9n,
        maxPriorityFeePerGas: 10n ** 9n,
        accessList: [],
      },
      ...{ from, to: target ?? own },
      ...call,
    } as RpcTransaction;
  });
  return { block: { ...warmUpBlock(0), gasLimit: 10 ** 9, transactions } as RpcBlock, preState: state };
}

/** `block` with a balance in the token for every sender. */
function withBalances({ block, preState }: CalibrationBlock): CalibrationBlock {
  const token = preState[TOKEN] as PreAccount;
  const balances = block.transactions.map(({ from }) => [balanceSlot(from as Hex), '0x100000000'] as const);
  const storage = { ...token.storage, ...Object.fromEntries(balances) };
  return { block, preState: { ...preState, [TOKEN]: { ...token, storage } } };
}

const transferInput = (to: Hex): Hex => `0x${to.slice(2).padStart(64, '0')}${'1'.padStart(64, '0')}`;

/** Transfers, transfers of one token between strangers, storage, events, computing. */
export const calibrationBlocks = (): CalibrationBlock[] => [
  blockOf({ count: 600 }),
  withBalances(blockOf({ count: 300, target: TOKEN, input: transferInput })),
  blockOf({ count: 160, program: STORES }),
  blockOf({ count: 160, program: EVENTS }),
  blockOf({ count: 48, program: LOOP }),
];
