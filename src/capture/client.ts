// A node as its users see it: questions in, answers out. Questions go out in batches, a bounded number of requests at a
// time; what was not answered is asked again after a pause, on its own where the node finds batches too large.
//
//   waiting ─▶ asked ─▶ answered (a value or a refusal that stands)
//                 └──▶ waiting again (passing fault, passing refusal), until the attempts are used up ─▶ RPC_FAILED
import { badArgument, ParallelEvmError } from '../errors.ts';
import { type Answer, type Fault, isPassingRefusal, type Outcome, type Refusal } from './answer.ts';
import { abortedError, backoffMs, pause } from './backoff.ts';
import { type Endpoint, parseEndpoint, type RpcFunction, type RpcSource } from './endpoint.ts';
import { askOverHttp, type Question } from './http.ts';

/** How a node is asked. */
export interface RpcOptions {
  /** URL, `{ url, headers }`, or a function that asks (`(method, params) => Promise`). */
  rpc: RpcSource;
  /** Questions per request, 1 to 1000; 50 unless given. A node that finds that too many is asked for fewer. */
  batchSize?: number | undefined;
  /** Requests at a time, 1 to 64; 4 unless given. */
  concurrency?: number | undefined;
  /** Milliseconds for one request with its whole answer; 30,000 unless given. */
  timeoutMs?: number | undefined;
  /** How often a question is asked again, 0 to 20; 5 unless given. */
  retries?: number | undefined;
  /** The first pause, milliseconds, doubled with every repetition; 250 unless given. */
  backoffMs?: number | undefined;
  /** Ends it: the call rejects with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

function numberOption(value: unknown, field: string, least: number, most: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw badArgument(field, `${least}..${most}`, value);
}

/** Asks questions, the answers in their order. Never rejects. */
type Ask = (questions: readonly Question[], first: number) => Promise<Outcome[]>;

function timeLimit(ms: number, signal: AbortSignal | undefined): Promise<never> {
  return pause(ms, signal).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
}

/** One call of the user's function. Its errors with a code are the node's (EIP-1193). */
async function callFunction(
  ask: RpcFunction,
  { method, params }: Question,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const done = new AbortController();
  const own = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  try {
    return { value: await Promise.race([ask(method, params), timeLimit(timeoutMs, own)]) };
  } catch (error) {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    const reason = typeof message === 'string' ? message : String(error);
    if (typeof code === 'number') return { refusal: { code, message: reason } };
    return { fault: { reason, isPassing: true } };
  } finally {
    done.abort();
  }
}

/** JSON-RPC 2.0: some nodes say it of what they will never be able to answer. */
const INTERNAL_ERROR = -32603;

/** A question on its way. */
interface Pending extends Question {
  /** Place among the answers. */
  at: number;
  attempts: number;
}

/** The outcome as an answer that stands, or why it does not. An internal error that stays is an answer. */
function judge(outcome: Outcome, isLast: boolean): Answer | Fault {
  if ('fault' in outcome) return outcome.fault;
  if ('refusal' in outcome && isPassingRefusal(outcome.refusal)) {
    if (isLast && outcome.refusal.code === INTERNAL_ERROR) return outcome;
    return { reason: outcome.refusal.message, status: outcome.refusal.code, isPassing: true };
  }
  return outcome;
}

const isFault = (judged: Answer | Fault): judged is Fault => 'isPassing' in judged;

export class RpcClient {
  /** What may be shown of where the node is. */
  readonly shown: string;
  /** Requests that were sent, for reports. */
  requests = 0;
  readonly #ask: Ask;
  readonly #concurrency: number;
  readonly #retries: number;
  readonly #backoffMs: number;
  readonly #signal: AbortSignal | undefined;
  /** Questions per request; halved when a node finds a batch too large. */
  #batchSize: number;
  #nextId = 1;

  /** @throws BAD_ARGUMENT naming the option */
  constructor(options: RpcOptions) {
    const timeoutMs = numberOption(options.timeoutMs, 'timeoutMs', 1, 3_600_000, 30_000);
    this.#batchSize = numberOption(options.batchSize, 'batchSize', 1, 1000, 50);
    this.#concurrency = numberOption(options.concurrency, 'concurrency', 1, 64, 4);
    this.#retries = numberOption(options.retries, 'retries', 0, 20, 5);
    this.#backoffMs = numberOption(options.backoffMs, 'backoffMs', 0, 60_000, 250);
    this.#signal = options.signal;
    const { rpc, signal } = options;
    if (typeof rpc === 'function') {
      this.shown = 'the given function';
      this.#batchSize = 1;
      this.#ask = (questions) => Promise.all(questions.map((each) => callFunction(rpc, each, timeoutMs, signal)));
    } else {
      const endpoint: Endpoint = parseEndpoint(rpc);
      this.shown = endpoint.shown;
      this.#ask = (questions, first) => askOverHttp(endpoint, questions, first, { timeoutMs, signal });
    }
  }

  /**
   * The answer to each question, in their order.
   * @throws RPC_FAILED for the first question that got none; ABORTED
   */
  async askAll(questions: readonly Question[]): Promise<Answer[]> {
    const answers: Answer[] = new Array(questions.length);
    const waiting: Pending[] = questions.map((question, at) => ({ ...question, at, attempts: 0 }));
    let failed: unknown;
    const lane = async (): Promise<void> => {
      while (waiting.length > 0 && failed === undefined) {
        await this.#round(waiting.splice(0, this.#batchSize), waiting, answers);
      }
    };
    const lanes = Array.from({ length: this.#concurrency }, () =>
      lane().catch((error: unknown) => {
        failed ??= error;
      }),
    );
    await Promise.all(lanes);
    if (failed !== undefined) throw failed;
    return answers;
  }

  /** The value of one answer. @throws RPC_FAILED also where the node refuses. */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const [answer] = await this.askAll([{ method, params }]);
    if (answer !== undefined && 'value' in answer) return answer.value;
    throw this.refused(method, (answer as { refusal: Refusal }).refusal);
  }

  /** The error for a refusal that stands. */
  refused(method: string, { code, message }: Refusal): ParallelEvmError {
    return this.#failed(`${method} was refused: ${message}`, method, code);
  }

  /** The error for an answer that is not what it should be. */
  wrongAnswer(method: string, what: string, field?: string): ParallelEvmError {
    const facts = { url: this.shown, method, ...(field !== undefined && { field }) };
    return new ParallelEvmError('RPC_WRONG_ANSWER', `${method} at ${this.shown}: ${what}`, facts);
  }

  #failed(what: string, method: string, status: number | undefined): ParallelEvmError {
    const facts = { field: 'rpc', url: this.shown, method, ...(status !== undefined && { status }) };
    return new ParallelEvmError('RPC_FAILED', `${what} (${this.shown})`, facts);
  }

  /** One request. What is to be asked again goes back to `waiting` after the pause. */
  async #round(batch: readonly Pending[], waiting: Pending[], answers: Answer[]): Promise<void> {
    if (this.#signal?.aborted) throw abortedError();
    const first = this.#nextId;
    this.#nextId += batch.length;
    this.requests += 1;
    const outcomes = await this.#ask(batch, first);
    if (this.#signal?.aborted) throw abortedError();
    const again: Pending[] = [];
    let askedMs = 0;
    let isSmaller = false;
    batch.forEach((pending, i) => {
      const judged = judge(outcomes[i] as Outcome, pending.attempts >= this.#retries);
      if (!isFault(judged)) {
        answers[pending.at] = judged;
        return;
      }
      // A smaller batch is a new question to the node, not a repetition of the old one.
      if (judged.isTooLarge && batch.length > 1) isSmaller = true;
      else this.#countAttempt(pending, judged);
      askedMs = Math.max(askedMs, judged.afterMs ?? 0);
      again.push(pending);
    });
    if (isSmaller) this.#batchSize = Math.max(1, Math.min(this.#batchSize, batch.length >> 1));
    else if (again.length > 0) await this.#pauseFor(again, askedMs);
    waiting.unshift(...again);
  }

  #countAttempt(pending: Pending, fault: Fault): void {
    pending.attempts += 1;
    if (fault.isPassing && pending.attempts <= this.#retries) return;
    const times = pending.attempts === 1 ? 'once' : `${pending.attempts} times`;
    throw this.#failed(`${pending.method}: ${fault.reason}, asked ${times}`, pending.method, fault.status);
  }

  #pauseFor(again: readonly Pending[], askedMs: number): Promise<void> {
    const attempt = Math.max(...again.map(({ attempts }) => attempts));
    return pause(backoffMs(attempt, this.#backoffMs, askedMs, Math.random()), this.#signal);
  }
}
