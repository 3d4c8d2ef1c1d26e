/** The operator's two ports: metrics, and probes for the kubelet. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GatewayError } from "../../base/errors.ts";
import { prometheusType } from "../../base/prometheus.ts";

export interface EndpointResponse {
  readonly status: number;
  readonly text: string;
}

export interface HttpEndpoint {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  close(): Promise<void>;
}

/** `address`: `:8080` means that port on all addresses. Rejects with `cluster-failed` when listening fails. */
export async function openEndpoint(
  address: string,
  pages: Readonly<Record<string, () => EndpointResponse>>,
): Promise<HttpEndpoint> {
  const { host, port } = parseAddress(address);
  const server = createServer((request, response) => {
    const page = pages[(request.url ?? "").split("?")[0] ?? ""];
    const { status, text } = page?.() ?? { status: 404, text: "not found\n" };
    response.writeHead(status, { "content-type": prometheusType }).end(text);
  });
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "it is not an address";
    throw new GatewayError("cluster-failed", `cannot listen on ${address}: ${code}`, { cause: error });
  }
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${host ?? "127.0.0.1"}:${bound}`, close: () => closed(server) };
}

function parseAddress(address: string): { host: string | undefined; port: number } {
  const [, host = "", port = ""] = /^(?:\[?([^\]]*?)\]?)?:(\d{1,5})$/.exec(address) ?? [];
  if (port === "" || Number(port) > 65_535)
    throw new GatewayError("cluster-failed", `'${address}' is not an address: use :8080 or 127.0.0.1:8080`);
  return { host: host === "" ? undefined : host, port: Number(port) };
}

async function closed(server: Server): Promise<void> {
  const ended = once(server, "close");
  server.close();
  server.closeAllConnections();
  await ended;
}
