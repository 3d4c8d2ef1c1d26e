/**
 * Names of tools and prompts, and URIs of resources, where many servers are one (gateway.md, `/mcp`). Pure: the same
 * server and name give the same result in every process, and the server can be read off it.
 */

import { createHash } from "node:crypto";

const separator = "__";
/** Clients put the name of the gateway before names (`mcp__mcp-gateway__`) and take 64 characters in all. */
export const defaultNameLength = 46;
const digestLength = 8;
const looksDigested = /_[0-9a-f]{8}$/;

/**
 * `<id>__<name>` where that is a name every client takes: at most `longest` of `A-Za-z0-9_-`. Else it is cut and made safe, and
 * ends in a digest of the whole; a name that only looks like that gets one too, so that no two are alike.
 */
export function aggregateName(id: string, name: string, longest = defaultNameLength): string {
  const whole = `${id}${separator}${name}`;
  const isShort = whole.length <= longest && /^[A-Za-z0-9_-]+$/.test(whole);
  if (isShort && !looksDigested.test(whole)) return whole;
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, digestLength);
  const safe = whole.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, longest - digestLength - 1);
  return `${safe}_${digest}`;
}

/** What an aggregate name says of whose it is. */
export type SplitName =
  | { readonly kind: "plain"; readonly id: string; readonly name: string }
  /** Only the lists of servers tell whose it is, and its own name there. */
  | { readonly kind: "digest" }
  | { readonly kind: "none" };

/** The server an aggregate name belongs to, if there is one of that id, with its own name for it. */
export function splitName(aggregate: string): SplitName {
  if (looksDigested.test(aggregate)) return { kind: "digest" };
  const at = aggregate.indexOf(separator);
  if (at < 0) return { kind: "none" };
  return { kind: "plain", id: aggregate.slice(0, at), name: aggregate.slice(at + separator.length) };
}

/** Whether a name that ends in a digest may be one of this server. */
export function mayBeOf(id: string, aggregate: string): boolean {
  // A long id may have been cut itself.
  const start = aggregate.slice(0, -digestLength - 1);
  return aggregate.startsWith(`${id}${separator}`) || `${id}${separator}`.startsWith(start);
}

/** The scheme of MCP Apps: hosts take no other for a user interface. */
const appScheme = "ui://";

/**
 * `<id>+<uri>`: still a URI, of a scheme that names the server. A scheme begins with a letter. What is of an app stays of
 * its scheme: `ui://<id>+…`.
 */
export function aggregateUri(id: string, uri: string): string {
  if (uri.startsWith(appScheme)) return `${appScheme}${id}+${uri.slice(appScheme.length)}`;
  return `${/^[a-z]/.test(id) ? "" : "s."}${id}+${uri}`;
}

/** The server and its own URI, in either of its forms; `undefined` for a URI of none. */
export function splitUri(aggregate: string): { readonly id: string; readonly uri: string } | undefined {
  const isApp = aggregate.startsWith(appScheme);
  const rest = isApp ? aggregate.slice(appScheme.length) : aggregate;
  const [, id, uri] = /^(?:s\.)?([a-z0-9-]+)\+(.*)$/s.exec(rest) ?? [];
  return id === undefined || uri === undefined ? undefined : { id, uri: isApp ? `${appScheme}${uri}` : uri };
}
