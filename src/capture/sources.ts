// Which sources of state are asked, in which order.
import type { Hex } from '../block/types.ts';
import { badArgument } from '../errors.ts';
import type { SourceContext, SourceKind, StateSource } from './source.ts';
import { PrestateSource } from './source-prestate.ts';
import { ProofSource } from './source-proof.ts';
import { ValuesSource } from './source-values.ts';
import { WitnessSource } from './source-witness.ts';

/** Which source of state is asked first; `auto`: the best that the node has. */
export type CaptureSource = 'auto' | SourceKind;

export const CAPTURE_SOURCES: readonly CaptureSource[] = ['auto', 'witness', 'prestate', 'proof', 'values'];

/** The sources that are asked, one after another for what those before leave open. */
const ORDERS: Readonly<Record<CaptureSource, readonly SourceKind[]>> = {
  auto: ['witness', 'prestate', 'proof', 'values'],
  witness: ['witness', 'proof', 'values'],
  prestate: ['prestate', 'proof', 'values'],
  proof: ['proof'],
  values: ['values'],
};

/** @throws BAD_ARGUMENT */
export function checkSource(source: unknown): CaptureSource {
  if (source === undefined) return 'auto';
  if (CAPTURE_SOURCES.includes(source as CaptureSource)) return source as CaptureSource;
  throw badArgument('source', `one of ${CAPTURE_SOURCES.join(', ')}`, source);
}

function sourceOf(kind: SourceKind, context: SourceContext): StateSource {
  switch (kind) {
    case 'witness':
      return new WitnessSource(context);
    case 'prestate':
      return new PrestateSource(context);
    case 'proof':
      return new ProofSource(context);
    case 'values':
      return new ValuesSource(context);
  }
}

/** New sources: they remember what they have answered. */
export const sourcesFor = (source: CaptureSource, context: SourceContext): StateSource[] =>
  ORDERS[source].map((kind) => sourceOf(kind, context));

/** RLP of the nodes in the witness that one of the sources was given. */
export function witnessOf(sources: readonly StateSource[]): Hex[] {
  const source = sources.find((each) => each instanceof WitnessSource);
  return source?.nodes() ?? [];
}

/** What a file says of its sources; where it says nothing that is understood, nothing in it counts as proven. */
export function sourcesIn(said: unknown): SourceKind[] {
  const isKind = (kind: unknown): boolean => kind !== 'auto' && CAPTURE_SOURCES.includes(kind as CaptureSource);
  return Array.isArray(said) && said.every(isKind) ? (said as SourceKind[]) : ['values'];
}
