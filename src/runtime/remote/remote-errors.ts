/** What goes wrong with a remote server, in words for people: host and status, never a header or a query. Pure. */

import { GatewayError, messageOf } from "../../base/errors.ts";
import { visiblePrefix } from "../../base/visible-text.ts";

/** `host` or `host:port`, as the URL has it. */
export function placeOf(url: URL): string {
  return url.host;
}

const unsigned: readonly string[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
];

/** Why TLS failed, and what to do about it. */
function certificateTrouble(code: string, place: string, error: unknown): string | undefined {
  if (unsigned.includes(code))
    return `the certificate of ${place} is not trusted (${messageOf(error).split(";", 1)[0]}): to trust it, name the PEM file of the certificate that signed it in \`ca\` of the entry, in \`remote_ca\` of the config, or in NODE_EXTRA_CA_CERTS`;
  if (code === "CERT_HAS_EXPIRED") return `the certificate of ${place} has expired: its owner must renew it`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `the certificate of ${place} is for another host: check the url`;
  if (/^ERR_(SSL|TLS)_.*(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)/.test(code))
    return `${place} refused the TLS connection (${code}): it may want a client certificate, \`cert\` and \`key\` of the entry`;
  return undefined;
}

/** Why no HTTP answer came. `proxy`: what the connection goes through. */
export function networkErrorText(error: unknown, url: URL, proxy?: string): string {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const target = `${url.hostname}:${port}`;
  const place = proxy === undefined ? target : `the proxy ${proxy}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const looked = proxy?.replace(/:\d+$/, "") ?? url.hostname;
  const known: Record<string, string> = {
    ECONNREFUSED: `connection to ${place} refused`,
    ECONNRESET: `${place} closed the connection`,
    EPIPE: `${place} closed the connection`,
    ENOTFOUND: `host '${looked}' not found`,
    EAI_AGAIN: `host '${looked}' could not be looked up`,
    EHOSTUNREACH: `no route to ${place}`,
    ENETUNREACH: `no route to ${place}`,
    ETIMEDOUT: `no connection to ${place} in time`,
  };
  if (known[code]) return known[code];
  const untrusted = certificateTrouble(code, target, error);
  if (untrusted) return untrusted;
  return error instanceof GatewayError ? error.message : `${target}: ${messageOf(error)}`;
}

/** Whether nobody listens there, so that nothing sent can have arrived. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

/**
 * What an HTTP error status means for the message it answers. `said`: what its body is; `pauseMs`: when the server wants
 * to be asked again.
 */
export function statusErrorText(
  status: number,
  url: URL,
  { said, pauseMs }: { readonly said?: string | undefined; readonly pauseMs?: number | undefined } = {},
): string {
  if (status === 401 || status === 403)
    return `the remote server refused our credentials (HTTP ${status}): check headers${said ? `; it answered ${said}` : ""}`;
  if (status === 407)
    return "the proxy asks for credentials (HTTP 407): put user and password into the proxy's URL";
  const where = `HTTP ${status} from ${placeOf(url)}`;
  if (status < 400) return `${where}: it redirects to another place, which the url should name`;
  const again = pauseMs === undefined ? "" : `: try again in ${Math.ceil(pauseMs / 1000)} s`;
  return `${where}${said ? ` (${said})` : ""}${again}`;
}

/** A 2xx answer whose body is nothing that MCP sends. `said`: what it is. */
export function notMcpErrorText(url: URL, type: string, said: string | undefined): string {
  const media = type.split(";", 1)[0];
  if (/^application\/json/i.test(type))
    return `the server's answer is no JSON-RPC message: ${said ?? "it is empty"}`;
  const what = said ?? `an empty body${media ? ` (${visiblePrefix(media, 50)})` : ""}`;
  return `${placeOf(url)} answers with ${what}, not with MCP: check the url`;
}

/**
 * Whether the refusal of the first POST may mean that the server speaks only the 2024-11-05 transport (MCP 2025-11-25,
 * *Backwards compatibility*: 400, 404 or 405). Statuses about credentials, time and load say nothing of that.
 */
export function mayBeLegacy(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 407, 408, 429].includes(status);
}
