/** Error messages for remote servers. They contain host and status, never a header or a query. Pure. */

import { GatewayError, messageOf } from "../../base/errors.ts";
import { visiblePrefix } from "../../base/visible-text.ts";

/** `host` or `host:port`, as in the URL. */
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
function certificateError(code: string, place: string, error: unknown): string | undefined {
  if (unsigned.includes(code))
    return `the certificate of ${place} is not trusted (${messageOf(error).split(";", 1)[0]}): to trust it, set \`ca\` of the entry, \`remote_ca\` of the config or NODE_EXTRA_CA_CERTS to the PEM file of the certificate that signed it`;
  if (code === "CERT_HAS_EXPIRED") return `the certificate of ${place} has expired: its owner must renew it`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `the certificate of ${place} is for another host: check the url`;
  if (/^ERR_(SSL|TLS)_.*(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)/.test(code))
    return `${place} refused the TLS connection (${code}): it may require a client certificate: set \`cert\` and \`key\` of the entry`;
  return undefined;
}

/** Why no HTTP answer came. `proxy`: the proxy of the connection. */
export function networkErrorText(error: unknown, url: URL, proxy?: string): string {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const target = `${url.hostname}:${port}`;
  const place = proxy === undefined ? target : `the proxy ${proxy}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const lookedUp = proxy?.replace(/:\d+$/, "") ?? url.hostname;
  const known: Record<string, string> = {
    ECONNREFUSED: `connection to ${place} refused`,
    ECONNRESET: `${place} closed the connection`,
    EPIPE: `${place} closed the connection`,
    ENOTFOUND: `host '${lookedUp}' not found`,
    EAI_AGAIN: `host '${lookedUp}' could not be looked up`,
    EHOSTUNREACH: `no route to ${place}`,
    ENETUNREACH: `no route to ${place}`,
    ETIMEDOUT: `no connection to ${place} in time`,
  };
  if (known[code]) return known[code];
  const untrusted = certificateError(code, target, error);
  if (untrusted) return untrusted;
  return error instanceof GatewayError ? error.message : `${target}: ${messageOf(error)}`;
}

/** Whether the connection was refused, so that no message can have arrived. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

/**
 * The meaning of an HTTP error status for the message it answers. `bodyText`: description of its body. `pauseMs`: when the
 * server wants the next attempt.
 */
export function statusErrorText(
  status: number,
  url: URL,
  {
    bodyText,
    pauseMs,
  }: { readonly bodyText?: string | undefined; readonly pauseMs?: number | undefined } = {},
): string {
  if (status === 401 || status === 403)
    return `the remote server rejected the credentials (HTTP ${status}): check headers${bodyText ? `; it answered ${bodyText}` : ""}`;
  if (status === 407)
    return "the proxy requires credentials (HTTP 407): put user and password into the proxy's URL";
  const where = `HTTP ${status} from ${placeOf(url)}`;
  if (status < 400) return `${where}: it redirects, so set url to the new address`;
  const again = pauseMs === undefined ? "" : `: try again in ${Math.ceil(pauseMs / 1000)} s`;
  return `${where}${bodyText ? ` (${bodyText})` : ""}${again}`;
}

/** The message for a 2xx answer whose body is not MCP. `bodyText`: description of the body. */
export function notMcpErrorText(url: URL, type: string, bodyText: string | undefined): string {
  const media = type.split(";", 1)[0];
  if (/^application\/json/i.test(type))
    return `the server's answer is not a JSON-RPC message: ${bodyText ?? "it is empty"}`;
  const what = bodyText ?? `an empty body${media ? ` (${visiblePrefix(media, 50)})` : ""}`;
  return `${placeOf(url)} answers with ${what}, not with MCP: check the url`;
}

/**
 * Whether the refusal of the first POST may mean that the server supports only the 2024-11-05 transport (MCP
 * 2025-11-25, *Backwards compatibility*: 400, 404 or 405). Statuses about credentials, time and load do not mean that.
 */
export function mayBeLegacy(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 407, 408, 429].includes(status);
}
