/** What goes wrong with a remote server, in words for people: host and status, never a header, a query or a body. Pure. */

import { GatewayError, messageOf } from "../../base/errors.ts";

/** `host` or `host:port`, as the URL has it. */
export function placeOf(url: URL): string {
  return url.host;
}

/** Why no HTTP answer came. */
export function networkTrouble(error: unknown, url: URL): string {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const place = `${url.hostname}:${port}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    ECONNREFUSED: `connection to ${place} refused`,
    ECONNRESET: `${place} closed the connection`,
    EPIPE: `${place} closed the connection`,
    ENOTFOUND: `host '${url.hostname}' not found`,
    EAI_AGAIN: `host '${url.hostname}' could not be looked up`,
    EHOSTUNREACH: `no route to ${place}`,
    ENETUNREACH: `no route to ${place}`,
    ETIMEDOUT: `no connection to ${place} in time`,
  };
  if (known[code]) return known[code];
  return error instanceof GatewayError ? error.message : `${place}: ${messageOf(error)}`;
}

/** Whether nobody listens there, so that nothing sent can have arrived. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

/** What an HTTP error status means for the message it answers. */
export function statusTrouble(status: number, url: URL): string {
  if (status === 401 || status === 403)
    return `the remote server refused our credentials (HTTP ${status}): check headers`;
  if (status < 400)
    return `HTTP ${status} from ${placeOf(url)}: it redirects to another place, which the url should name`;
  return `HTTP ${status} from ${placeOf(url)}`;
}

/**
 * Whether the refusal of the first POST may mean that the server speaks only the 2024-11-05 transport (MCP 2025-11-25,
 * *Backwards compatibility*: 400, 404 or 405). Statuses about credentials, time and load say nothing of that.
 */
export function mayBeLegacy(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 407, 408, 429].includes(status);
}
