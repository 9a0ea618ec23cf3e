/**
 * `runBlock` of `@ethereumjs/vm` on the library's own `MerkleStateManager`, as its users run it: every account and slot
 * read from a trie in memory, and the new state root worked out. The engine works out no state root, so this stands
 * beside the comparison and is not part of it.
 */
import { MerkleStateManager } from '@ethereumjs/statemanager';
import { Account, Address, hexToBytes } from '@ethereumjs/util';
import { createVM, runBlock } from '@ethereumjs/vm';
import { headerDifference, sentence } from '../test/oracle/difference.mjs';
import { prepareReference } from '../test/oracle/reference.mjs';
import { worldOf } from '../test/oracle/world.mjs';
import { chainOf } from './reference-call.mjs';

/** @param {MerkleStateManager} state @param {import('../test/oracle/world.mjs').World} world */
export async function fill(state, { accounts, codes, storages }) {
  for (const [key, { nonce, balance }] of accounts) {
    const address = new Address(hexToBytes(`0x${key}`));
    await state.putAccount(address, new Account(nonce, balance));
    const code = codes.get(key);
    if (code !== undefined) await state.putCode(address, code);
    for (const [slot, value] of storages.get(key) ?? [])
      await state.putStorage(address, hexToBytes(`0x${slot}`), value);
  }
  await state.flush();
}

/** @param {any} json a parsed block file @returns {Promise<() => Promise<{ runBlock: number }>>} times one run */
export async function stockRunner(json) {
  const { block } = prepareReference(json);
  const before = new MerkleStateManager({ common: block.common });
  await fill(before, worldOf(json));
  const root = await before.getStateRoot();
  const options = { block, generate: true, skipHeaderValidation: true, skipBlockValidation: true };
  return async () => {
    const stateManager = before.shallowCopy();
    await stateManager.setStateRoot(root);
    const vm = await createVM({ common: block.common, stateManager, blockchain: chainOf(json.blockHashes) });
    const start = performance.now();
    const result = await runBlock(vm, options);
    const ms = performance.now() - start;
    const difference = headerDifference(json.header, result);
    if (difference !== undefined) throw new Error(`stock state: ${sentence(difference)}`);
    return { runBlock: ms };
  };
}
