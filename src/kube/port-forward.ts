/** A port on this machine's loopback address that is forwarded to a port of a Pod, through the cluster's API server. */

import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { GatewayError } from "../base/errors.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterStream, StreamSink } from "./cluster-stream.ts";

/** The target of a connection. Determined for each one, because Pods come and go. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Channel numbers of the cluster for one forwarded port. */
const dataChannel = 0;
/** Each channel begins with the port number. */
const headBytes = 2;

export class PortForward {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #cluster: Cluster;
  readonly #target: () => Promise<PodPort>;
  readonly #failed: (error: unknown) => void;

  private constructor(cluster: Cluster, target: () => Promise<PodPort>, failed: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#target = target;
    this.#failed = failed;
    // A client that ends its side is treated as disconnected. HTTP does not half-close, and an unread stream would stay
    // open.
    this.#server = createServer({ pauseOnConnect: true }, (socket) => void this.#carry(socket));
  }

  /** `failed` gets the reason why a connection failed. */
  static async open(
    cluster: Cluster,
    target: () => Promise<PodPort>,
    failed: (error: unknown) => void,
  ): Promise<PortForward> {
    const forward = new PortForward(cluster, target, failed);
    await new Promise<void>((resolve, reject) => {
      forward.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return forward;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #carry(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => this.#sockets.delete(socket));
    try {
      const { namespace, pod, port } = await this.#target();
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
      join(socket, await this.#cluster.open(path, intoSocket(socket, this.#failed)));
    } catch (error) {
      this.#failed(error);
      socket.destroy();
    }
  }
}

/** Writes data from the Pod to the socket. There is no backpressure, because the cluster's streams cannot be paused. */
function intoSocket(socket: Socket, failed: (error: unknown) => void): StreamSink {
  const heads = new Map<number, number>();
  return {
    data(channel, chunk) {
      const skipped = heads.get(channel) ?? 0;
      const skip = Math.min(headBytes - skipped, chunk.length);
      heads.set(channel, skipped + skip);
      const rest = chunk.subarray(skip);
      if (rest.length === 0) return;
      if (channel === dataChannel) socket.write(rest);
      else {
        failed(new GatewayError("start-failed", rest.toString("utf8")));
        socket.destroy();
      }
    },
  };
}

function join(socket: Socket, stream: ClusterStream): void {
  socket.on("data", (chunk: Buffer) => {
    stream.write(dataChannel, chunk, () => socket.resume());
    if (stream.isCongested) socket.pause();
  });
  const leave = () => stream.destroy();
  socket.once("close", leave);
  void stream.closed.then(() => socket.end());
  if (socket.destroyed) leave();
  else socket.resume();
}
