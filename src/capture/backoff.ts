// How long to wait before a question is asked again: exponential back-off with full jitter, so that many who were refused
// together do not come back together, and never less than what the node itself asked for.
import { ParallelEvmError } from '../errors.ts';

/** No wait is longer, whatever a node asks for. */
const LONGEST_MS = 30_000;

/** Milliseconds before attempt `attempt` (1: the first repetition). `chance` is from 0 to 1. */
export function backoffMs(attempt: number, baseMs: number, askedMs: number, chance: number): number {
  const most = Math.min(baseMs * 2 ** (attempt - 1), LONGEST_MS);
  return Math.max(chance * most, Math.min(askedMs, LONGEST_MS));
}

/** RFC 9110, `Retry-After`: seconds or a date; 0 where there is none. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

export function abortedError(): ParallelEvmError {
  return new ParallelEvmError('ABORTED', 'the capture was aborted', { field: 'signal' });
}

/** @throws ABORTED as soon as the signal fires. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortedError());
    const abort = (): void => {
      clearTimeout(timer);
      reject(abortedError());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
