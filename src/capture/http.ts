// JSON-RPC 2.0 over HTTP: one request with one or many questions, one look at what comes back. Nothing is thrown for what
// a network or node may do: every question gets an outcome.
import { type Fault, type Outcome, refusalIn } from './answer.ts';
import { retryAfterMs } from './backoff.ts';
import type { Endpoint } from './endpoint.ts';

/** One question. */
export interface Question {
  method: string;
  params: readonly unknown[];
}

export interface HttpOptions {
  /** Until the whole answer is there. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** Enough of a body to see what it was. */
const QUOTED = 120;

const PASSING_STATUSES = new Set([408, 425, 429]);

function statusFault(status: number, headers: Headers): Fault {
  return {
    reason: `HTTP status ${status}`,
    status,
    isPassing: PASSING_STATUSES.has(status) || status >= 500,
    isTooLarge: status === 413,
    afterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
  };
}

/** The cause is the most telling part of fetch's errors: "fetch failed" says nothing. */
function networkReason(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error & { cause?: { code?: unknown; message?: unknown } };
  if (name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const detail = cause?.code ?? cause?.message;
  return typeof detail === 'string' ? `${message} (${detail})` : message;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function outcomeOf(response: Record<string, unknown>, { redact }: Endpoint): Outcome {
  const refusal = refusalIn(response);
  if (refusal) return { refusal: { code: refusal.code, message: redact(refusal.message) } };
  if ('result' in response) return { value: response.result };
  return { fault: { reason: 'a response without result and error', isPassing: true } };
}

/** A single object that answers all of a batch: the node refuses batches, this one or any. */
function refusedBatch(body: unknown, endpoint: Endpoint): Fault | undefined {
  const refusal = isRecord(body) ? refusalIn(body) : undefined;
  if (!refusal) return undefined;
  const reason = `the batch was refused: ${endpoint.redact(refusal.message)}`;
  return { reason, status: refusal.code, isPassing: true, isTooLarge: true };
}

/** Responses by the ids that were asked for; others, and ids that come twice, are nobody's. */
function responsesById(body: unknown, first: number, count: number): Map<number, Record<string, unknown>> {
  const found = new Map<number, Record<string, unknown>>();
  const twice = new Set<number>();
  for (const item of Array.isArray(body) ? body : [body]) {
    const id = isRecord(item) ? item.id : undefined;
    if (typeof id !== 'number' || id < first || id >= first + count) continue;
    if (found.has(id)) twice.add(id);
    found.set(id, item as Record<string, unknown>);
  }
  for (const id of twice) found.delete(id);
  return found;
}

const forAll = (count: number, fault: Fault): Outcome[] => Array.from({ length: count }, () => ({ fault }));

/** JSON, or undefined for anything else. */
function jsonOf(text: string): { body: unknown } | undefined {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function outcomesIn(response: Response, text: string, first: number, count: number, endpoint: Endpoint): Outcome[] {
  const json = jsonOf(text);
  // Gateways send errors of JSON-RPC with statuses of their own: what is in the body tells more.
  const found = json === undefined ? new Map() : responsesById(json.body, first, count);
  if (!response.ok && found.size === 0) {
    const fault = statusFault(response.status, response.headers);
    return forAll(count, { ...fault, isTooLarge: fault.isTooLarge || (count > 1 && response.status === 400) });
  }
  if (json === undefined) {
    const reason = `an answer that is not JSON: ${JSON.stringify(endpoint.redact(text.slice(0, QUOTED)))}`;
    return forAll(count, { reason, status: response.status, isPassing: true });
  }
  const refused = count > 1 ? refusedBatch(json.body, endpoint) : undefined;
  if (refused) return forAll(count, refused);
  return Array.from({ length: count }, (_, i) => {
    const own = found.get(first + i);
    if (own !== undefined) return outcomeOf(own, endpoint);
    return { fault: { reason: 'no response with the id that was asked for', isPassing: true } };
  });
}

function requestBody(questions: readonly Question[], first: number): string {
  const calls = questions.map(({ method, params }, i) => ({ jsonrpc: '2.0', id: first + i, method, params }));
  return JSON.stringify(calls.length === 1 ? calls[0] : calls);
}

/** Asks all questions in one request, with ids from `first` on. One outcome per question; rejects never. */
export async function askOverHttp(
  endpoint: Endpoint,
  questions: readonly Question[],
  first: number,
  { timeoutMs, signal }: HttpOptions,
): Promise<Outcome[]> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(endpoint.target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...endpoint.headers },
      body: requestBody(questions, first),
      // A redirect would carry the headers to another host.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return outcomesIn(response, await response.text(), first, questions.length, endpoint);
  } catch (error) {
    const reason = endpoint.redact(networkReason(error, timeoutMs));
    return forAll(questions.length, { reason, isPassing: true });
  }
}
