/** Reads the JSON body of a request within the limit. Does not parse it. */

import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { GatewayError } from "../../base/errors.ts";
import { stripByteOrderMark } from "../../jsonrpc/line-reader.ts";

/** The body without a byte order mark. Rejects with `unsupported-media-type`, `too-large` or `invalid-json` (not UTF-8). */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && !/^(?:identity)?$/i.test(encoding.trim())) {
    const why = `Content-Encoding ${encoding.slice(0, 100)} is not supported: send the body uncompressed`;
    throw new GatewayError("unsupported-media-type", why);
  }
  const type = request.headers["content-type"];
  if (type !== "application/json" && !isJson(type)) {
    throw new GatewayError("unsupported-media-type", "Content-Type must be application/json");
  }
  const tooLarge = () => new GatewayError("too-large", `The body is over the limit of ${maxBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const bytes = await readAll(request, maxBytes, tooLarge);
  if (!isUtf8(bytes)) throw new GatewayError("invalid-json", "Parse error: the body is not UTF-8");
  return stripByteOrderMark(bytes.toString("utf8"));
}

function readAll(request: IncomingMessage, maxBytes: number, tooLarge: () => GatewayError): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on("end", () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)),
    );
    const cut = () =>
      reject(new GatewayError("invalid-request", "The request ended before its body was complete"));
    request.on("error", cut);
    request.on("close", () => request.complete || cut());
  });
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}
