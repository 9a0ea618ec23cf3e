// A node over HTTP that misbehaves as it is told: each request is answered by the next behaviour, the last one stays.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  id: number;
  method: string;
  params: unknown[];
}

/** A request as it came. */
export interface Received {
  calls: Call[];
  isBatch: boolean;
  headers: IncomingMessage['headers'];
  path: string;
}

export type Behaviour = (received: Received, response: ServerResponse) => void;

const send = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
};

const results = ({ calls }: Received): object[] =>
  calls.map(({ id, method, params }) => ({ jsonrpc: '2.0', id, result: { method, params } }));

const bodyOf = (items: object[], isBatch: boolean): string => JSON.stringify(isBatch ? items : items[0]);

/** Echoes method and parameters. */
export const echo: Behaviour = (received, response) => send(response, 200, bodyOf(results(received), received.isBatch));

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Behaviour =>
  (_, response) =>
    send(response, code, body, headers);

export const text =
  (body: string): Behaviour =>
  (_, response) =>
    send(response, 200, body);

/** A correct head and half of what it promises. */
export const truncated: Behaviour = (received, response) => {
  const body = bodyOf(results(received), received.isBatch);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
  response.write(body.slice(0, body.length >> 1), () => response.destroy());
};

/** Correct answers, to questions that nobody asked. */
export const wrongIds: Behaviour = (received, response) => {
  const items = results(received).map((item, i) => ({ ...item, id: 1_000_000 + i }));
  send(response, 200, bodyOf(items, received.isBatch));
};

/** One answer to every second question. */
export const halfOfThem: Behaviour = (received, response) => {
  send(response, 200, JSON.stringify(results(received).filter((_, i) => i % 2 === 0)));
};

/** The answers the other way round, which a batch allows. */
export const reversed: Behaviour = (received, response) =>
  send(response, 200, JSON.stringify(results(received).reverse()));

/** Two answers to the first question. */
export const doubled: Behaviour = (received, response) => {
  const [first = {}, ...rest] = results(received);
  send(response, 200, JSON.stringify([first, { ...first, result: 'another' }, ...rest]));
};

export const silence: Behaviour = () => {};
export const hangUp: Behaviour = (_, response) => void response.destroy();

/** Refuses every question with a JSON-RPC error. */
export const refusal =
  (code: number, message: string, httpStatus = 200): Behaviour =>
  ({ calls, isBatch }, response) =>
    send(
      response,
      httpStatus,
      bodyOf(
        calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code, message } })),
        isBatch,
      ),
    );

/** One error for a whole batch of more than `most` questions. */
export const atMost =
  (most: number, refuse: Behaviour): Behaviour =>
  (received, response) =>
    received.calls.length > most ? refuse(received, response) : echo(received, response);

export class FakeNode {
  readonly received: Received[] = [];
  /** Requests that were there at the same time, at most. */
  mostAtOnce = 0;
  readonly #server: Server;
  #behaviours: readonly Behaviour[] = [echo];
  #atOnce = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
      response.once('close', () => {
        this.#atOnce -= 1;
      });
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<FakeNode> {
    const node = new FakeNode();
    await new Promise<void>((resolve) => node.#server.listen(0, '127.0.0.1', resolve));
    return node;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What it does from now on; forgets what it has received. */
  behave(...behaviours: Behaviour[]): void {
    this.#behaviours = behaviours;
    this.received.length = 0;
    this.mostAtOnce = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const json = JSON.parse(body) as Call | Call[];
    const isBatch = Array.isArray(json);
    const received = { calls: isBatch ? json : [json], isBatch, headers: request.headers, path: request.url ?? '' };
    const behaviour = this.#behaviours[Math.min(this.received.length, this.#behaviours.length - 1)];
    this.received.push(received);
    behaviour?.(received, response);
  }
}
