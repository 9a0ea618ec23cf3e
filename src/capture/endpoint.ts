// Where a node is and how to ask it, and what of that must never be shown: users put keys into paths, queries, user names
// and headers of endpoints. Whatever comes back from outside is quoted through `redact`.
import { sourceRecord } from '../block/fields.ts';
import { badArgument } from '../errors.ts';

/** Asks a node: a wallet's or a client's own way to it. */
export type RpcFunction = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A node that answers JSON-RPC over HTTP. */
export interface RpcEndpoint {
  /** `http:` or `https:`; a user name and password in it become a Basic authorization. */
  url: string | URL;
  /** Of every request: name → text. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** A node: its URL, a URL with headers, or a function that asks it. */
export type RpcSource = string | URL | RpcEndpoint | RpcFunction;

/** A checked endpoint. */
export interface Endpoint {
  /** With path and query, without credentials. */
  target: string;
  headers: Readonly<Record<string, string>>;
  /** Scheme, host and port: what may be shown. */
  shown: string;
  /** `text` without anything that the user may want to keep secret. */
  redact(text: string): string;
}

/** Shorter pieces of a path are names (`v3`, `rpc`), and hiding them would tear words apart. */
const LEAST_SECRET = 8;
const HIDDEN = '***';

function secretsOf(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const pieces = url.pathname.split('/').filter((piece) => piece.length >= LEAST_SECRET);
  const named = [url.username, url.password, ...url.searchParams.values(), ...Object.values(headers)];
  const whole = url.pathname.length + url.search.length > 1 ? [`${url.pathname}${url.search}`] : [];
  const all = [url.href, ...whole, ...pieces, ...named].filter((text) => text !== '' && text !== '/');
  const decoded = all.map((text) => unescapedOf(text));
  // The longest first, so that no part of one is left behind by a shorter one.
  return [...new Set([...all, ...decoded])].sort((a, b) => b.length - a.length);
}

function unescapedOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not escaped text: it stands for itself
  }
}

function parseUrl(value: unknown): URL {
  const text = value instanceof URL ? value.href : value;
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // The value itself is not quoted: it may be a mistyped URL with a key in it.
  throw badArgument('rpc.url', 'an http: or https: URL', typeof text === 'string' ? HIDDEN : value);
}

/** RFC 7617, with the charset UTF-8. */
function basicAuthorization(url: URL): string {
  const bytes = new TextEncoder().encode(`${unescapedOf(url.username)}:${unescapedOf(url.password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110: visible characters, blanks and tabs, and those of ISO 8859-1. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function parseHeaders(value: unknown): Record<string, string> {
  const { values } = sourceRecord(value ?? {}, 'rpc.headers', 'an object of texts by name');
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(values)) {
    if (!HEADER_NAME.test(name)) throw badArgument('rpc.headers', 'named by tokens', name);
    if (typeof text !== 'string' || !HEADER_VALUE.test(text))
      throw badArgument(`rpc.headers.${name}`, 'text without line breaks', HIDDEN);
    headers[name] = text;
  }
  return headers;
}

/** @throws BAD_ARGUMENT naming the field, never quoting a URL or a header's value. */
export function parseEndpoint(source: string | URL | RpcEndpoint): Endpoint {
  const given = typeof source === 'string' || source instanceof URL ? { url: source } : source;
  sourceRecord(given, 'rpc', 'a URL, { url, headers } or a function');
  const url = parseUrl(given.url);
  const headers = parseHeaders(given.headers);
  if (url.username !== '' || url.password !== '') headers.Authorization ??= basicAuthorization(url);
  const secrets = secretsOf(url, headers);
  const shown = `${url.protocol}//${url.host}`;
  url.username = '';
  url.password = '';
  return {
    target: url.href,
    headers,
    shown,
    redact: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text),
  };
}
