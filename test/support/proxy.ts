/** A proxy in front of a server on this machine, so that a test can cut the connections to it and refuse new ones. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class CutProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #address: string;
  #port = 0;

  /** `url`: address of the server. `address`: address of the proxy. */
  static async before(url: string, address = "127.0.0.1"): Promise<CutProxy> {
    const proxy = new CutProxy(Number(new URL(url).port), address);
    await proxy.listen();
    return proxy;
  }

  private constructor(target: number, address: string) {
    this.#address = address;
    this.#server = createServer((socket) => {
      const other = connect(target, "127.0.0.1");
      for (const [one, end] of [
        [socket, other],
        [other, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => undefined).once("close", () => end.destroySoon());
        one.pipe(end);
      }
    });
  }

  get host(): string {
    return `${this.#address}:${this.#port}`;
  }

  get url(): string {
    return `https://${this.host}`;
  }

  /** Number of connections through it now. */
  get connections(): number {
    return [...this.#sockets].filter(({ destroyed }) => !destroyed).length / 2;
  }

  /** Listens again, at the same port as before. */
  async listen(): Promise<void> {
    await once(this.#server.listen(this.#port, this.#address), "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}
