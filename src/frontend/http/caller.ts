/** On whose behalf a request over HTTP is made, as far as its key and its connection tell. Pure. */

import type { IncomingMessage } from "node:http";
import type { ClientView } from "../../router/aggregate/client-view.ts";
import { localPrincipal, type Principal } from "../../router/request-context.ts";

/** Who a request comes from. */
export interface Caller {
  /** Which of the gateway's keys it carries; `undefined` where none is needed. */
  readonly key: number | undefined;
  readonly principal: Principal;
  /** Which part of all servers its URL asks for. */
  readonly view?: ClientView;
}

export function callerOf(request: IncomingMessage, key: number | undefined): Caller {
  return { key, principal: principalOf(key, request.socket.remoteAddress) };
}

/**
 * Each key is somebody's. With one key, or none, machines are told apart by their address; programs of this machine are
 * one person's. Behind a proxy all are one: give people keys of their own.
 */
export function principalOf(key: number | undefined, address: string | undefined): Principal {
  const who = key === undefined ? localPrincipal : `key ${key}`;
  return address === undefined || isLoopback(address) ? who : `${who} from ${address}`;
}

function isLoopback(address: string): boolean {
  return address === "127.0.0.1" || address === "::1" || /^(?:::ffff:)?127\./.test(address);
}
