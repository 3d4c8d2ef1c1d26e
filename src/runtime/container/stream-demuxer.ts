/**
 * Splits the stream of an attached container into stdout and stderr. It consists of frames: eight bytes of header, then
 * the payload (Docker Engine API, *Attach*). Takes linear time for any chunk sizes. Owns no stream.
 */

const headLength = 8;
const stderr = 2;

export class StreamDemuxer {
  readonly #out: (chunk: Buffer) => void;
  readonly #err: (chunk: Buffer) => void;
  #head = Buffer.alloc(0);
  #remaining = 0;
  #toErr = false;

  constructor(out: (chunk: Buffer) => void, err: (chunk: Buffer) => void) {
    this.#out = out;
    this.#err = err;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#remaining > 0 ? this.#payload(chunk, at) : this.#headFrom(chunk, at);
  }

  #headFrom(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + headLength - this.#head.length);
    this.#head = Buffer.concat([this.#head, chunk.subarray(at, end)]);
    if (this.#head.length === headLength) {
      this.#toErr = this.#head[0] === stderr;
      this.#remaining = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return end;
  }

  #payload(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#remaining);
    this.#remaining -= end - at;
    const payload = chunk.subarray(at, end);
    if (this.#toErr) this.#err(payload);
    else this.#out(payload);
    return end;
  }
}
