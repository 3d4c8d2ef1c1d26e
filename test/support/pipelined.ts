/** Requests over one connection, all at once. No other way sends several requests over HTTP in a fixed order. */

import { connect } from "node:net";
import { text } from "node:stream/consumers";

export interface PipelinedPost {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Resolves with the raw answers of the server at `url`. They come in the order of `posts`. */
export async function pipelined(url: string, posts: readonly PipelinedPost[]): Promise<string> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const requests = posts.map(({ path, headers = {}, body = "" }, at) => {
    const connection = at === posts.length - 1 ? "close" : "keep-alive";
    const all = { ...headers, Host: host, Connection: connection, "Content-Length": Buffer.byteLength(body) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return [`POST ${path} HTTP/1.1`, ...lines, "", body].join("\r\n");
  });
  socket.write(requests.join(""));
  return text(socket);
}

/** The HTTP statuses in the raw answers of a server. */
export function statusesIn(answers: string): number[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
