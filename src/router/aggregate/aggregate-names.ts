/**
 * Names of tools and prompts, and URIs of resources, for clients of all servers (gateway.md, `/mcp`). Pure. The same
 * server and name give the same result in every process, and the result contains the server.
 */

import { createHash } from "node:crypto";

const separator = "__";
/** Clients add the name of the gateway as a prefix (`mcp__mcp-gateway__`) and accept 64 characters in total. */
export const defaultNameLength = 46;
const digestLength = 8;
const looksDigested = /_[0-9a-f]{8}$/;

/**
 * `<id>__<name>` where every client accepts it: at most `longest` characters of `A-Za-z0-9_-`. Otherwise a shortened, safe
 * name that ends in a digest of the full name. A name that only looks like one with a digest gets a digest too, so that
 * all names are different.
 */
export function aggregateName(id: string, name: string, longest = defaultNameLength): string {
  const whole = `${id}${separator}${name}`;
  const isShort = whole.length <= longest && /^[A-Za-z0-9_-]+$/.test(whole);
  if (isShort && !looksDigested.test(whole)) return whole;
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, digestLength);
  const safe = whole.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, longest - digestLength - 1);
  return `${safe}_${digest}`;
}

/** The parts of an aggregate name. */
export type SplitName =
  | { readonly kind: "plain"; readonly id: string; readonly name: string }
  /** A shortened name. The lists of the servers show which server it belongs to, and its full name there. */
  | { readonly kind: "digest" }
  | { readonly kind: "none" };

/** Splits an aggregate name into the id of the server and the name there. The server may not exist. */
export function splitName(aggregate: string): SplitName {
  if (looksDigested.test(aggregate)) return { kind: "digest" };
  const at = aggregate.indexOf(separator);
  if (at < 0) return { kind: "none" };
  return { kind: "plain", id: aggregate.slice(0, at), name: aggregate.slice(at + separator.length) };
}

/** Whether a name that ends in a digest may belong to this server. */
export function mayBeOf(id: string, aggregate: string): boolean {
  // A long id may be shortened too.
  const start = aggregate.slice(0, -digestLength - 1);
  return aggregate.startsWith(`${id}${separator}`) || `${id}${separator}`.startsWith(start);
}

/** The scheme of MCP Apps. Hosts accept only this scheme for a user interface. */
const appScheme = "ui://";

/**
 * `<id>+<uri>`, a URI whose scheme contains the server id. An id that does not begin with a letter gets the prefix `s.`,
 * because a scheme must begin with a letter. URIs of apps keep their scheme: `ui://<id>+…`.
 */
export function aggregateUri(id: string, uri: string): string {
  if (uri.startsWith(appScheme)) return `${appScheme}${id}+${uri.slice(appScheme.length)}`;
  return `${/^[a-z]/.test(id) ? "" : "s."}${id}+${uri}`;
}

/** Splits an aggregate URI of either form. `undefined` for another URI. */
export function splitUri(aggregate: string): { readonly id: string; readonly uri: string } | undefined {
  const isApp = aggregate.startsWith(appScheme);
  const rest = isApp ? aggregate.slice(appScheme.length) : aggregate;
  const [, id, uri] = /^(?:s\.)?([a-z0-9-]+)\+(.*)$/s.exec(rest) ?? [];
  return id === undefined || uri === undefined ? undefined : { id, uri: isApp ? `${appScheme}${uri}` : uri };
}
