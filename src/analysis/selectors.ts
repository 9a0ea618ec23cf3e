// Names for what contracts are called with: functions of common standards and of widely used protocols, by selector.
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Hex } from '../block/types.ts';
import { hexOf } from '../hex.ts';

const SIGNATURES: readonly string[] = [
  'transfer(address,uint256)',
  'transferFrom(address,address,uint256)',
  'approve(address,uint256)',
  'mint(address,uint256)',
  'burn(uint256)',
  'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
  'safeTransferFrom(address,address,uint256)',
  'safeTransferFrom(address,address,uint256,bytes)',
  'safeTransferFrom(address,address,uint256,uint256,bytes)',
  'safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)',
  'setApprovalForAll(address,bool)',
  'deposit()',
  'deposit(uint256,address)',
  'withdraw(uint256)',
  'withdraw(uint256,address,address)',
  'claim()',
  'multicall(bytes[])',
  'multicall(uint256,bytes[])',
  'aggregate((address,bytes)[])',
  'execute(bytes,bytes[])',
  'execute(bytes,bytes[],uint256)',
  'swap(uint256,uint256,address,bytes)',
  'swap(address,bool,int256,uint160,bytes)',
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'exactInput((bytes,address,uint256,uint256,uint256))',
  'exactOutputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  'swapExactETHForTokens(uint256,address[],address,uint256)',
  'swapExactTokensForETH(uint256,uint256,address[],address,uint256)',
  'swapExactTokensForTokens(uint256,uint256,address[],address,uint256)',
  'swapETHForExactTokens(uint256,address[],address,uint256)',
  'swapTokensForExactTokens(uint256,uint256,address[],address,uint256)',
  'addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)',
  'addLiquidityETH(address,uint256,uint256,uint256,address,uint256)',
  'removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)',
  'execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)',
  'handleOps((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)[],address)',
  'supply(address,uint256,address,uint16)',
  'borrow(address,uint256,uint256,uint16,address)',
  'repay(address,uint256,uint256,address)',
];

/** Signature by selector. Made when it is asked for: keccak of each takes some microseconds. */
export function knownSelectors(): ReadonlyMap<Hex, string> {
  const text = new TextEncoder();
  return new Map(SIGNATURES.map((name) => [hexOf(keccak_256(text.encode(name)).subarray(0, 4)), name]));
}
