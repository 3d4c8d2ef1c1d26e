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

export interface SplitName {
  readonly id: string;
  /** The server's own name; `undefined` where only the server's list tells which it is. */
  readonly name: string | undefined;
}

/** The server an aggregate name may belong to, with its own name for it; `undefined` for a name of none. */
export function splitName(aggregate: string, ids: readonly string[]): SplitName[] {
  const at = aggregate.indexOf(separator);
  const id = at < 0 ? undefined : aggregate.slice(0, at);
  if (looksDigested.test(aggregate)) {
    const start = aggregate.slice(0, -digestLength - 1);
    // A long id may have been cut itself.
    const candidates = ids.filter((one) => one === id || `${one}${separator}`.startsWith(start));
    return candidates.map((one) => ({ id: one, name: undefined }));
  }
  if (id === undefined || !ids.includes(id)) return [];
  return [{ id, name: aggregate.slice(at + separator.length) }];
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
