/**
 * Takes apart the stream of an attached container, where stdout and stderr come in frames of eight bytes of head and a
 * payload (Docker Engine API, *Attach*). Linear however it is cut. Owns no stream.
 */

const headLength = 8;
const stderr = 2;

export class StreamDemuxer {
  readonly #out: (chunk: Buffer) => void;
  readonly #err: (chunk: Buffer) => void;
  #head = Buffer.alloc(0);
  #left = 0;
  #toErr = false;

  constructor(out: (chunk: Buffer) => void, err: (chunk: Buffer) => void) {
    this.#out = out;
    this.#err = err;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#left > 0 ? this.#payload(chunk, at) : this.#headFrom(chunk, at);
  }

  #headFrom(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + headLength - this.#head.length);
    this.#head = Buffer.concat([this.#head, chunk.subarray(at, end)]);
    if (this.#head.length === headLength) {
      this.#toErr = this.#head[0] === stderr;
      this.#left = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return end;
  }

  #payload(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    const payload = chunk.subarray(at, end);
    if (this.#toErr) this.#err(payload);
    else this.#out(payload);
    return end;
  }
}
