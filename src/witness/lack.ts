// What a run lacked of its witness, as an error that says which node it is and where it hangs.
import {
  ACCOUNT_ADDRESS,
  CTL_STATE,
  LACK_DEPTH,
  LACK_HASH,
  LACK_KEY,
  LACK_OWNER,
  LACK_STATUS,
  STATE_LACK,
  STATUS_MISSING_NODE,
} from '../../assembly/layout.ts';
import { ParallelEvmError } from '../errors.ts';
import { hexOf } from '../hex.ts';
import type { Views } from '../memory/views.ts';

/** The error for what the job's state lacked. The path is that of the node, in nibbles from the root. */
export function lackError(views: Views, txIndex: number): ParallelEvmError {
  const at = views.u32(CTL_STATE) + STATE_LACK;
  const owner = views.u32(at + LACK_OWNER);
  const path = hexOf(views.copy(at + LACK_KEY, 32)).slice(0, 2 + views.u32(at + LACK_DEPTH));
  const trie =
    owner === 0
      ? 'the trie of the accounts'
      : `the storage trie of ${hexOf(views.bigEndian(owner + ACCOUNT_ADDRESS, 20))}`;
  const place = `at path ${path} of ${trie}`;
  if (views.u32(at + LACK_STATUS) !== STATUS_MISSING_NODE) {
    const facts = { field: 'witness.state', value: path, txIndex };
    return new ParallelEvmError('BAD_WITNESS', `what the witness has ${place} is no node, account or value`, facts);
  }
  const hash = hexOf(views.copy(at + LACK_HASH, 32));
  const facts = { field: 'witness.state', value: hash, txIndex };
  return new ParallelEvmError('MISSING_NODE', `the witness lacks node ${hash} ${place}`, facts);
}
