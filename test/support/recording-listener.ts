/** A program of an attacker on a port of this machine, which gives the answers of the test and records all requests. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export interface RecordingListener {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** All received data as one text, to search for a key in it. */
  text(): string;
  /** Resolves once `count` requests have arrived. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Claims to be a healthy gateway that serves all servers. */
export const healthy: RequestListener = (_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json" }).end('{"status":"ok"}');
};

/** Listens on a port of this machine, by default any, and is closed with the test. */
export async function recordingListener(
  t: TestContext,
  answer: RequestListener = healthy,
  port = 0,
): Promise<RecordingListener> {
  const requests: RecordedRequest[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request;
    requests.push({ method, path, headers });
    for (const { count, done } of waiting) if (requests.length >= count) done();
    answer(request, response);
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise<void>((closed) => server.close(() => closed()));
  };
  t.after(close);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests,
    text: () => JSON.stringify(requests),
    received: (count) =>
      new Promise((done) => {
        waiting.push({ count, done });
        if (requests.length >= count) done();
      }),
    close,
  };
}
