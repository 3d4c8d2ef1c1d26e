/** A stream to a Pod through the cluster: byte channels over one WebSocket (attach, port-forward). */

import { withTimeout } from "../base/timeout.ts";

/** Channel numbers of the cluster for attach. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;

export interface StreamSink {
  data(channel: number, chunk: Buffer): void;
}

/** The used part of the library's socket type. */
interface Socket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(data: Buffer, sent: (error?: Error) => void): void;
  ping(): void;
  on(event: "close" | "pong", listener: () => void): unknown;
  close(): void;
  terminate(): void;
}

interface Sockets {
  connect(path: string, text: null, binary: (channel: number, chunk: Buffer) => boolean): Promise<unknown>;
}

const openMs = 10_000;
/** A silent cut is detected after two of these intervals. */
const pingMs = 15_000;
/** Maximum size of one piece of a message, because some intermediaries reject longer pieces. */
const pieceBytes = 64 * 1024;
const congestedBytes = 1024 * 1024;
const isOpen = 1;

export class ClusterStream {
  /** Resolves when the stream has ended, for any reason. Never rejects. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #answered = true;

  constructor(socket: Socket) {
    this.#socket = socket;
    const pings = setInterval(() => this.#ping(), pingMs);
    pings.unref();
    socket.on("pong", () => {
      this.#answered = true;
    });
    this.closed = new Promise((resolve) => {
      const end = () => {
        clearInterval(pings);
        resolve();
      };
      socket.on("close", end);
      if (socket.readyState > isOpen) end();
    });
  }

  get isCongested(): boolean {
    return this.#socket.bufferedAmount > congestedBytes;
  }

  /** `sent` is called once all data has left this machine, and never if it has not. */
  write(channel: number, data: Buffer, sent?: () => void): void {
    for (let at = 0; at < data.length; at += pieceBytes) {
      const piece = data.subarray(at, at + pieceBytes);
      const isLast = at + pieceBytes >= data.length;
      if (this.#socket.readyState !== isOpen) return;
      this.#socket.send(Buffer.concat([Buffer.of(channel), piece]), (error) => {
        if (isLast && !error) sent?.();
      });
    }
  }

  close(): void {
    this.#socket.close();
  }

  /** Closes at once, without the closing handshake. */
  destroy(): void {
    this.#socket.terminate();
  }

  #ping(): void {
    if (!this.#answered) return this.#socket.terminate();
    this.#answered = false;
    this.#socket.ping();
  }
}

export async function openStream(sockets: Sockets, path: string, sink: StreamSink): Promise<ClusterStream> {
  const opening = sockets.connect(path, null, (channel, chunk) => {
    sink.data(channel, chunk);
    return true;
  });
  const socket = (await withTimeout(opening, openMs)) as Socket | undefined;
  if (socket) return new ClusterStream(socket);
  void opening.then(
    (late) => (late as Socket).terminate(),
    () => undefined,
  );
  throw new Error(`no stream within ${openMs / 1000} s`);
}
