// Who signed what is staged, by what a slot makes of it: known, or recovered from what was signed.
import {
  AUTH_AUTHORITY,
  AUTH_BYTES,
  AUTH_SIGNED,
  AUTH_VALID,
  SENDER_GIVEN,
  SENDER_KNOWN,
  SIGNED_BYTES,
  TX_AUTHORIZATION_COUNT,
  TX_AUTHORIZATIONS,
  TX_FROM,
  TX_SENDER_PENDING,
  TX_SIGNED,
} from '../../assembly/layout.ts';
import { addressOfPublicKey } from '../../src/block/recover.ts';
import type { Stage } from '../../src/block/staging.ts';
import { ecrecover, type Recover } from '../../src/precompiles/ecdsa.ts';

/** Signers of a staged transaction. */
export interface StagedSigners {
  /** Undefined where it ends the run. */
  sender: Uint8Array | undefined;
  /** Undefined where one is passed over. */
  authorities: (Uint8Array | undefined)[];
}

function recovered({ views }: Stage, signed: number, recoverKey: Recover): Uint8Array | undefined {
  const key = new Uint8Array(64);
  const written = ecrecover(recoverKey)(views.bytes.subarray(signed, signed + SIGNED_BYTES), key, 0);
  return written === 0 ? undefined : addressOfPublicKey(key);
}

function senderAt(stage: Stage, tx: number, recoverKey: Recover): Uint8Array | undefined {
  const { views } = stage;
  const [given, pending] = [views.bigEndian(tx + TX_FROM, 20), views.u32(tx + TX_SENDER_PENDING)];
  if (pending === SENDER_KNOWN) return given;
  const signer = recovered(stage, views.u32(tx + TX_SIGNED), recoverKey);
  return pending === SENDER_GIVEN && signer?.some((byte, i) => byte !== given[i]) ? undefined : signer;
}

function authorityAt(stage: Stage, tuple: number, recoverKey: Recover): Uint8Array | undefined {
  const { views } = stage;
  const signed = views.u32(tuple + AUTH_SIGNED);
  if (signed !== 0) return recovered(stage, signed, recoverKey);
  return views.u32(tuple + AUTH_VALID) === 0 ? undefined : views.bigEndian(tuple + AUTH_AUTHORITY, 20);
}

export const stagedSigners = (stage: Stage, recoverKey: Recover): StagedSigners[] =>
  Array.from({ length: stage.count }, (_, i) => {
    const tx = stage.record(i);
    const first = stage.views.u32(tx + TX_AUTHORIZATIONS);
    const count = stage.views.u32(tx + TX_AUTHORIZATION_COUNT);
    const authorities = Array.from({ length: count }, (_each, j) =>
      authorityAt(stage, first + AUTH_BYTES * j, recoverKey),
    );
    return { sender: senderAt(stage, tx, recoverKey), authorities };
  });
