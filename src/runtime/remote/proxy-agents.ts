/**
 * Connections through a proxy. Plain HTTP requests carry the whole URL. TLS goes through a tunnel (`CONNECT`), so that
 * the proxy sees neither headers nor keys. Loaded only when a proxy is set.
 */

import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { Agents } from "./http-connections.ts";

/** `idleMs`: how long an unused connection is kept. */
export function proxyAgents(proxy: URL, idleMs: number): Agents {
  const options = { keepAlive: true, timeout: idleMs };
  return {
    "http:": new HttpProxyAgent(proxy, options),
    "https:": new HttpsProxyAgent(proxy, options),
    proxy: proxy.host,
  };
}
