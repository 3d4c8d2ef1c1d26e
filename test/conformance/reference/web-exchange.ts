/** One exchange of node:http as a web `Request` and `Response`, which the SDK's HTTP servers use. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";

/** Its signal fires when the client disconnects. */
export function webRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { method = "GET", url = "/", headers } = incoming;
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) web.append(name, one);
  }
  const base = { method, headers: web, signal: gone.signal };
  const init =
    method === "POST" ? { ...base, body: Readable.toWeb(incoming), duplex: "half" as const } : base;
  return new Request(new URL(url, `http://${headers.host}`), init as RequestInit);
}

export async function sendWeb(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
  if (!response.body) return void outgoing.end();
  const body = Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>);
  // Either side may disconnect first. Then an error has no receiver.
  body.on("error", () => outgoing.destroy());
  outgoing.once("close", () => body.destroy());
  body.pipe(outgoing);
}
