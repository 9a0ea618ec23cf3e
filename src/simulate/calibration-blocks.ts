// Blocks without conflicts whose transactions differ in what they make coordination do: nothing but transfers, many storage
// slots each, long computations.
import type { RpcBlock, RpcTransaction } from '../block/rpc.ts';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';
import type { PreAccount, PreState } from '../state/types.ts';
import { assemble } from '../warm-up/assembler.ts';
import { warmUpBlock, warmUpState } from '../warm-up/block.ts';

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

function blockOf(count: number, program: string | undefined): CalibrationBlock {
  const code = program === undefined ? undefined : hexOf(assemble(program));
  const state: Record<Hex, PreAccount> = { ...warmUpState() } as Record<Hex, PreAccount>;
  const frame = warmUpBlock(0);
  const transactions = Array.from({ length: count }, (_, i): RpcTransaction => {
    const [from, to] = [address(FIRST_SENDER + i), address(FIRST_TARGET + i)];
    state[from] = { nonce: 0, balance: 10n * ETHER };
    if (code !== undefined) state[to] = { nonce: 1, balance: 1n, code };
    const call = code === undefined ? { gas: 21_000, value: 1n, input: '0x' as Hex } : { gas: 400_000, value: 0n };
    return {
      ...{
        type: 2,
        chainId: 1,
        nonce: 0,
        maxFeePerGas: 2n * 10n ** 9n,
        maxPriorityFeePerGas: 10n ** 9n,
        accessList: [],
      },
      ...{ input: '0x01020304' as Hex, from, to },
      ...call,
    } as RpcTransaction;
  });
  return { block: { ...frame, gasLimit: 10 ** 9, transactions } as RpcBlock, preState: state };
}

export const calibrationBlocks = (): Record<'transfers' | 'storage' | 'events' | 'computing', CalibrationBlock> => ({
  transfers: blockOf(600, undefined),
  storage: blockOf(160, STORES),
  events: blockOf(160, EVENTS),
  computing: blockOf(48, LOOP),
});
