/**
 * Adds an end to a stream without one: each piece has its length in front, and an empty piece is the last. An attached
 * client cannot end the input of a Pod otherwise. Pure.
 */

const headBytes = 4;

export function frame(piece: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(piece.length);
  return Buffer.concat([head, piece]);
}

export const lastFrame = frame(Buffer.alloc(0));

/** The pieces of a framed stream, until the last one. Throws when the stream ends before it. */
export async function* framesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headBytes) {
      const length = rest.readUInt32BE();
      if (length === 0) return;
      if (rest.length < headBytes + length) break;
      yield rest.subarray(headBytes, headBytes + length);
      rest = rest.subarray(headBytes + length);
    }
  }
  throw new Error("the stream ended before its last piece");
}
