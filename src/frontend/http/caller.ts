/** User of a request over HTTP, derived from its key and its connection. Pure. */

import type { IncomingMessage } from "node:http";
import type { ClientView } from "../../router/aggregate/client-view.ts";
import { localPrincipal, type Principal } from "../../router/request-context.ts";

/** Origin of a request. */
export interface Caller {
  /** Index of its API key; `undefined` if no key is required. */
  readonly key: number | undefined;
  readonly principal: Principal;
  /** The part of all servers that its URL selects. */
  readonly view?: ClientView;
}

export function callerOf(request: IncomingMessage, key: number | undefined): Caller {
  return { key, principal: principalOf(key, request.socket.remoteAddress) };
}

/**
 * The principal of a key and an address. Machines with the same key, or without one, are distinguished by their address.
 * Local programs belong to one user. Behind a proxy all clients have one address, so users need keys of their own.
 */
export function principalOf(key: number | undefined, address: string | undefined): Principal {
  const owner = key === undefined ? localPrincipal : `key ${key}`;
  return address === undefined || isLoopback(address) ? owner : `${owner} from ${address}`;
}

function isLoopback(address: string): boolean {
  return address === "127.0.0.1" || address === "::1" || /^(?:::ffff:)?127\./.test(address);
}
