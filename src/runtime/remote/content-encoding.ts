/**
 * Decodes HTTP bodies that were compressed although the request asked for `identity`, as some CDNs do (RFC 9110,
 * *Content codings*). Streams: holds no body, opens no connection.
 */

import { pipeline, Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";

/** Below this size an answer may have any compression ratio. */
const harmlessBytes = 64 * 1024 * 1024;
/** Real messages shrink to a twentieth at best. Only crafted ones exceed this ratio. */
const mostGrowth = 100;
/** Servers do not use more codings in practice. Each one costs memory. */
const mostCodings = 3;

/** The codings of a `Content-Encoding` header, in the order they were applied, without `identity`. */
export function codingsIn(header: string | undefined): readonly string[] {
  const names = (header ?? "").split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "" && name !== "identity");
}

/** The decompressed body. Iterating fails for an unknown coding, and for a decompression bomb. */
export function decodedBody(body: AsyncIterable<Buffer>, header: string | undefined): AsyncIterable<Buffer> {
  const codings = codingsIn(header);
  return codings.length === 0 ? body : bounded(body, codings);
}

async function* bounded(body: AsyncIterable<Buffer>, codings: readonly string[]): AsyncGenerator<Buffer> {
  if (codings.length > mostCodings) throw new Error("the server compressed its answer too many times");
  const sizes = { read: 0, decoded: 0 };
  let decoded: AsyncIterable<Buffer> = counted(body, sizes);
  for (const coding of codings.toReversed()) decoded = decode(decoded, coding);
  try {
    for await (const chunk of decoded) {
      sizes.decoded += chunk.length;
      if (sizes.decoded > harmlessBytes && sizes.decoded > sizes.read * mostGrowth)
        throw new Error(`the server's answer decompresses to more than ${mostGrowth} times its size`);
      yield chunk;
    }
  } finally {
    // The decoders wait for the next chunk of the body, which may never come.
    if (body instanceof Readable) body.destroy();
  }
}

async function* counted(body: AsyncIterable<Buffer>, sizes: { read: number }): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    sizes.read += chunk.length;
    yield chunk;
  }
}

async function* decode(body: AsyncIterable<Buffer>, coding: string): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const decoder = decoderOf(coding, first.value);
  if (!decoder)
    throw new Error(`the server's answer is compressed as '${coding}', which the gateway cannot decode`);
  let broken: Error | undefined;
  decoder.once("error", (error) => {
    broken = error;
  });
  try {
    yield* pipeline(Readable.from(joined(first.value, chunks)), decoder, () => undefined);
  } catch (error) {
    if (broken === undefined || !String((broken as NodeJS.ErrnoException).code).startsWith("Z")) throw error;
    throw new Error(`the server's answer is not valid ${coding}: ${broken.message}`, { cause: error });
  }
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest } as AsyncIterable<Buffer>;
}

function decoderOf(coding: string, first: Buffer): Transform | undefined {
  if (coding === "gzip" || coding === "x-gzip") return zlib.createGunzip();
  if (coding === "br") return zlib.createBrotliDecompress();
  if (coding === "deflate") return hasZlibHead(first) ? zlib.createInflate() : zlib.createInflateRaw();
  return coding === "zstd" ? zlib.createZstdDecompress?.() : undefined;
}

/** `deflate` means zlib's format, but some servers send the raw one. */
function hasZlibHead(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}
