/** Compiles `contracts/*.sol` with pinned settings; the metadata hash is left out so that comments do not change code. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const solc = createRequire(import.meta.url)('solc');
/** Sources with transient storage or blob hashes: they compile from Cancun on. */
const NEEDS_CANCUN = ['Exchange.sol', 'Rollup.sol'];
const BEFORE_CANCUN = ['paris', 'shanghai'];
const folder = new URL('./contracts/', import.meta.url);

/**
 * @param {string} evmVersion fork whose instructions the code may use
 * @returns {Record<string, string>} contract name to creation code, hex without prefix
 */
export function compileContracts(evmVersion) {
  const all = readdirSync(folder).filter((name) => name.endsWith('.sol'));
  const names = all.filter((name) => !BEFORE_CANCUN.includes(evmVersion) || !NEEDS_CANCUN.includes(name));
  const sources = Object.fromEntries(
    names.map((name) => [name, { content: readFileSync(new URL(name, folder), 'utf8') }]),
  );
  const settings = {
    optimizer: { enabled: true, runs: 200 },
    evmVersion,
    metadata: { bytecodeHash: 'none', appendCBOR: false },
    outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
  const failed = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (failed.length > 0) throw new Error(failed.map((error) => error.formattedMessage).join('\n'));
  const contracts = Object.values(output.contracts).flatMap((file) => Object.entries(file));
  return Object.fromEntries(contracts.map(([name, contract]) => [name, contract.evm.bytecode.object]));
}
