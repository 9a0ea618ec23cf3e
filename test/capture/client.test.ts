import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from '../../src/capture/backoff.ts';
import { RpcClient, type RpcOptions } from '../../src/capture/client.ts';
import { parseEndpoint } from '../../src/capture/endpoint.ts';
import { ParallelEvmError } from '../../src/errors.ts';
import * as fake from './fake-node.ts';

let node: fake.FakeNode;
beforeAll(async () => {
  node = await fake.FakeNode.start();
});
afterAll(() => node.stop());

const client = (options: Partial<RpcOptions> = {}): RpcClient =>
  new RpcClient({ rpc: `http://${node.host}`, backoffMs: 1, retries: 2, timeoutMs: 2000, ...options });

const questions = (count: number) => Array.from({ length: count }, (_, i) => ({ method: 'get', params: [i] }));
const values = async (asked: RpcClient, count: number): Promise<unknown[]> =>
  (await asked.askAll(questions(count))).map((answer) => ('value' in answer ? answer.value : answer.refusal));
const echoes = (count: number): unknown[] => questions(count);

async function failureOf(promise: Promise<unknown>): Promise<ParallelEvmError> {
  const error = await promise.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ParallelEvmError);
  return error as ParallelEvmError;
}

describe('questions to a node that answers', () => {
  it('go out in batches and come back in their order', async () => {
    node.behave(fake.reversed);
    expect(await values(client({ batchSize: 4 }), 10)).toEqual(echoes(10));
    expect(node.received.map(({ calls }) => calls.length).sort()).toEqual([2, 4, 4]);
  });

  it('go out alone as an object, not as a batch of one', async () => {
    node.behave(fake.echo);
    expect(await values(client({ batchSize: 1 }), 3)).toEqual(echoes(3));
    expect(node.received.every(({ isBatch }) => !isBatch)).toBe(true);
  });

  it('go out in as many requests at a time as are allowed', async () => {
    const slow: fake.Behaviour = (...both) => void setTimeout(() => fake.echo(...both), 20);
    node.behave(slow);
    expect(await values(client({ batchSize: 1, concurrency: 3 }), 12)).toEqual(echoes(12));
    expect(node.mostAtOnce).toBe(3);
  });

  it('get a refusal as an answer where it stands', async () => {
    node.behave(fake.refusal(-32601, 'no such method'));
    expect(await values(client(), 1)).toEqual([{ code: -32601, message: 'no such method' }]);
    expect(node.received).toHaveLength(1);
  });

  it('carry the headers that were given', async () => {
    node.behave(fake.echo);
    await values(client({ rpc: { url: `http://us%40er:pass@${node.host}/v1?key=1`, headers: { 'X-Key': 'abc' } } }), 1);
    const [{ headers, path }] = node.received as [fake.Received];
    expect(headers['x-key']).toBe('abc');
    expect(headers.authorization).toBe(`Basic ${btoa('us@er:pass')}`);
    expect(path).toBe('/v1?key=1');
  });
});

describe('a node that fails for a while is asked again', () => {
  const passing: [string, fake.Behaviour][] = [
    ['too many requests', fake.status(429, { 'retry-after': '0' })],
    ['an internal server error', fake.status(500, {}, 'oops')],
    ['a bad gateway with a page', fake.status(502, {}, '<html></html>')],
    ['what is not JSON', fake.text('<html>')],
    ['JSON that is no response', fake.text('[1, null, "x"]')],
    ['an empty body', fake.text('')],
    ['a truncated body', fake.truncated],
    ['wrong ids', fake.wrongIds],
    ['a closed connection', fake.hangUp],
    ['a rate limit as a JSON-RPC error', fake.refusal(-32005, 'daily request count exceeded')],
    ['a rate limit in words', fake.refusal(-32000, 'Too Many Requests, slow down')],
    ['a rate limit with status 429 and a JSON-RPC error', fake.refusal(-32029, 'slow down', 429)],
  ];

  it.each(passing)('after %s', async (_, behaviour) => {
    node.behave(behaviour, behaviour, fake.echo);
    expect(await values(client({ batchSize: 3 }), 3)).toEqual(echoes(3));
    expect(node.received).toHaveLength(3);
  });

  it('after no answer in time', async () => {
    node.behave(fake.silence, fake.echo);
    expect(await values(client({ timeoutMs: 100 }), 2)).toEqual(echoes(2));
  });

  it('for the questions alone that were not answered', async () => {
    node.behave(fake.halfOfThem, fake.echo);
    expect(await values(client(), 5)).toEqual(echoes(5));
    expect(node.received.map(({ calls }) => calls.map(({ params }) => params[0]))).toEqual([
      [0, 1, 2, 3, 4],
      [1, 3],
    ]);
  });

  it('for a question that got two answers', async () => {
    node.behave(fake.doubled, fake.echo);
    expect(await values(client(), 3)).toEqual(echoes(3));
    expect(node.received).toHaveLength(2);
  });

  it('not before it wants to be', async () => {
    node.behave(fake.status(429, { 'retry-after': '1' }), fake.echo);
    const started = performance.now();
    expect(await values(client(), 1)).toEqual(echoes(1));
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ['413', fake.status(413)],
    ['400', fake.status(400, {}, 'bad batch')],
    ['one error for all', fake.text('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}')],
  ])('in smaller batches where one is refused with %s', async (_, refuse) => {
    node.behave(fake.atMost(2, refuse));
    expect(await values(client({ batchSize: 8, concurrency: 1, retries: 0 }), 9)).toEqual(echoes(9));
    expect(node.received.map(({ calls }) => calls.length)).toEqual([8, 4, 2, 2, 2, 2, 1]);
  });
});

describe('a node that keeps failing', () => {
  it.each([
    ['429', fake.status(429), 429, 3],
    ['500', fake.status(500), 500, 3],
    ['401', fake.status(401), 401, 1],
    ['404', fake.status(404, {}, 'not here'), 404, 1],
    ['301', fake.status(301, { location: 'http://127.0.0.1:1/' }), 301, 1],
    ['what is not JSON', fake.text('<html>'), 200, 3],
    ['-32005', fake.refusal(-32005, 'limit exceeded'), -32005, 3],
  ] as const)('with %s ends in RPC_FAILED with its status', async (_, behaviour, status, requests) => {
    node.behave(behaviour);
    const error = await failureOf(client().askAll(questions(2)));
    expect(error).toMatchObject({ code: 'RPC_FAILED', method: 'get', url: `http://${node.host}`, status });
    expect(node.received).toHaveLength(requests);
  });

  it('to answer in time ends in RPC_FAILED', async () => {
    node.behave(fake.silence);
    const error = await failureOf(client({ timeoutMs: 50, retries: 1 }).ask('get', []));
    expect(error.message).toMatch(/no answer within 50 ms, asked 2 times/);
  });

  it('with an internal error of its own is taken at its word', async () => {
    node.behave(fake.refusal(-32603, 'internal error'));
    expect(await values(client(), 1)).toEqual([{ code: -32603, message: 'internal error' }]);
    expect(node.received).toHaveLength(3);
  });

  it('because nobody listens ends in RPC_FAILED that says so', async () => {
    const gone = await fake.FakeNode.start();
    const url = `http://${gone.host}`;
    await gone.stop();
    const error = await failureOf(client({ rpc: url, retries: 0 }).ask('get', []));
    expect(error).toMatchObject({ code: 'RPC_FAILED', url });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('is left alone when the signal fires', async () => {
    node.behave(fake.silence);
    const controller = new AbortController();
    const asking = failureOf(client({ signal: controller.signal, timeoutMs: 60_000 }).ask('get', []));
    setTimeout(() => controller.abort(), 20);
    expect(await asking).toMatchObject({ code: 'ABORTED' });
  });

  it('is left alone in a pause when the signal fires', async () => {
    node.behave(fake.status(503, { 'retry-after': '30' }));
    const controller = new AbortController();
    const asking = failureOf(client({ signal: controller.signal }).ask('get', []));
    setTimeout(() => controller.abort(), 100);
    expect(await asking).toMatchObject({ code: 'ABORTED' });
  });
});

describe('what users keep secret', () => {
  const SECRETS = ['us3r-name', 'p4ss-word', 'path-key-0123456789', 'query-key-42', 'Bearer header-key'];
  const rpc = () => ({
    url: `http://us3r-name:p4ss-word@${node.host}/v3/path-key-0123456789?key=query-key-42`,
    headers: { Authorization: 'Bearer header-key' },
  });
  const behaviours: [string, fake.Behaviour][] = [
    ['a status', fake.status(500)],
    ['a page', fake.text(`not found: /v3/path-key-0123456789?key=query-key-42`)],
    ['an error', fake.refusal(-32000, `key query-key-42 of us3r-name is spent (Bearer header-key)`)],
    ['an error for a batch', fake.text('{"error":{"code":-32000,"message":"path-key-0123456789 may not batch"}}')],
    ['a closed connection', fake.hangUp],
    ['silence', fake.silence],
  ];

  it.each(behaviours)('is not in the error after %s', async (_, behaviour) => {
    node.behave(behaviour);
    const asking = client({ rpc: rpc(), retries: 1, timeoutMs: 100 });
    const error = await failureOf(asking.askAll(questions(2)).then((answers) => answers.map(refusedBy(asking))));
    const shown = `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${error.stack}`;
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
    expect(error.url).toBe(`http://${node.host}`);
  });

  const refusedBy =
    (asking: RpcClient) =>
    (answer: Awaited<ReturnType<RpcClient['askAll']>>[number]): never => {
      if ('refusal' in answer) throw asking.refused('get', answer.refusal);
      throw new Error('answered');
    };

  it.each([
    'not a url us3r-name',
    'ftp://us3r-name:p4ss-word@host/',
    { url: 'http://host', headers: { Authorization: 'Bearer header-key\n' } },
    { url: 'http://host', headers: { Authorization: 7 } },
  ])('is not in the error about a wrong endpoint', (wrong) => {
    let error: unknown;
    try {
      parseEndpoint(wrong as never);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT' });
    for (const secret of SECRETS) expect(inspect(error)).not.toContain(secret);
  });
});

describe('a function in place of an endpoint', () => {
  it('is asked for each question, as often at a time as allowed', async () => {
    let atOnce = 0;
    let most = 0;
    const rpc = async (method: string, params: readonly unknown[]) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
      return { method, params };
    };
    expect(await values(client({ rpc, concurrency: 2 }), 6)).toEqual(echoes(6));
    expect(most).toBe(2);
  });

  it('is asked again after an error without a code, and taken at its word with one', async () => {
    let asked = 0;
    const passing = async (method: string, params: readonly unknown[]) => {
      if (asked++ < 2) throw new Error('socket closed');
      return { method, params };
    };
    expect(await values(client({ rpc: passing }), 1)).toEqual(echoes(1));
    const refusing = () => Promise.reject(Object.assign(new Error('no'), { code: 4200 }));
    expect(await values(client({ rpc: refusing }), 1)).toEqual([{ code: 4200, message: 'no' }]);
  });

  it('that never answers ends in RPC_FAILED', async () => {
    const rpc = () => new Promise(() => {});
    const error = await failureOf(client({ rpc, timeoutMs: 20, retries: 1 }).ask('get', []));
    expect(error).toMatchObject({ code: 'RPC_FAILED', method: 'get' });
  });
});

describe('options', () => {
  it.each([
    { batchSize: 0 },
    { concurrency: 65 },
    { timeoutMs: 0 },
    { retries: -1 },
    { backoffMs: 0.5 },
    { rpc: 7 },
    { rpc: {} },
  ])('out of range are refused: %j', (options) => {
    expect(() => client(options as never)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});

describe('pauses', () => {
  it('double, are drawn from the whole range, and end somewhere', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 250, 0, 1))).toEqual([250, 500, 1000, 2000]);
    expect(backoffMs(3, 250, 0, 0)).toBe(0);
    expect(backoffMs(40, 250, 0, 1)).toBe(30_000);
  });

  it('are at least what the node asks for, within reason', () => {
    expect(backoffMs(1, 250, 2000, 0)).toBe(2000);
    expect(backoffMs(1, 250, 3_600_000, 0)).toBe(30_000);
    expect(retryAfterMs('3', 0)).toBe(3000);
    expect(retryAfterMs(new Date(5000).toUTCString(), 2000)).toBe(3000);
    expect([retryAfterMs(null, 0), retryAfterMs('soon', 0), retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT', 9)]).toEqual([
      0, 0, 0,
    ]);
  });
});
