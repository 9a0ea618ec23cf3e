// What came of asking a node, as data: the client decides by it whether to ask again.

/** A value, or the node's own refusal. Both are answers: the node was there and understood. */
export type Answer = { readonly value: unknown } | { readonly refusal: Refusal };

/** A JSON-RPC error object. */
export interface Refusal {
  code: number;
  message: string;
}

/** No answer that could be used. */
export interface Fault {
  /** What happened, without secrets. */
  reason: string;
  /** HTTP status, where there was one. */
  status?: number | undefined;
  /** Asking again may help. */
  isPassing: boolean;
  /** Fewer questions at once may help. */
  isTooLarge?: boolean;
  /** Milliseconds that the node asks to wait. */
  afterMs?: number;
}

/** What became of one question. */
export type Outcome = Answer | { readonly fault: Fault };

/** Codes that nodes and gateways use for "not now": limits exceeded (EIP-1474), too many requests, internal error. */
const PASSING_CODES = new Set([429, -32005, -32016, -32029, -32097, -32603]);
const PASSING_TEXT = /rate.?limit|too many requests|limit exceeded|timed? ?out|temporarily|overloaded|try again|busy/i;

/** True for a refusal that says "not now" rather than "no". */
export function isPassingRefusal({ code, message }: Refusal): boolean {
  return PASSING_CODES.has(code) || PASSING_TEXT.test(message);
}

const MISSING_CODES = new Set([-32601, -32004]);
const MISSING_TEXT = /(method|namespace).*(not|un|no longer)|not (supported|available|allowed|enabled)|unsupported/i;

/** True for a refusal that says that the node does not offer the method at all. */
export function isMissingMethod({ code, message }: Refusal): boolean {
  return MISSING_CODES.has(code) || MISSING_TEXT.test(message);
}

/** The refusal in a JSON-RPC response; undefined where there is none. Its text may be anything. */
export function refusalIn(response: Readonly<Record<string, unknown>>): Refusal | undefined {
  const { error } = response;
  if (error === undefined || error === null) return undefined;
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : 'an error without a message',
  };
}
