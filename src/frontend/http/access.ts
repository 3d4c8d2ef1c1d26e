/** Access checks for requests over HTTP (gateway.md, *HTTP*). Does not send responses. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { GatewayError } from "../../base/errors.ts";

export interface AccessRules {
  /** Accepted `Host` name. `undefined` accepts any, for a unix socket or an address where a key is required. */
  readonly host: string | undefined;
  /** Other origins from which browsers may call the gateway; `*` is any. */
  readonly origins: readonly string[];
  /** API keys. Empty: requests need no key. */
  readonly keys: readonly string[];
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Cache of the last accepted host without an `Origin`, because a client sends the same host with every request. */
const passed = new WeakMap<AccessRules, string>();

/** Refuses a request from a page in a browser that is not allowed to call the gateway. Runs before the path is read. */
export function checkHostAndOrigin(
  rules: AccessRules,
  headers: IncomingHttpHeaders,
): GatewayError | undefined {
  if (headers.origin !== undefined || headers.host === undefined) return refusedAs(rules, headers);
  if (passed.get(rules) === headers.host) return undefined;
  const refused = refusedAs(rules, headers);
  if (!refused) passed.set(rules, headers.host);
  return refused;
}

function refusedAs(rules: AccessRules, headers: IncomingHttpHeaders): GatewayError | undefined {
  const host = splitHost(headers.host ?? "");
  if (!isGatewayHost(rules, host.name)) return new GatewayError("origin-refused", "Host not allowed");
  const { origin } = headers;
  if (origin === undefined || isListed(rules, origin) || isSameOrigin(origin, host)) return undefined;
  return new GatewayError("origin-refused", "Origin not allowed");
}

/** Whether pages of that origin may read the gateway's responses. */
export function isListed(rules: AccessRules, origin: string): boolean {
  return origin !== "null" && (rules.origins.includes("*") || rules.origins.includes(origin));
}

function isGatewayHost(rules: AccessRules, name: string): boolean {
  return rules.host === undefined || name === rules.host || loopback.has(name);
}

function isSameOrigin(origin: string, host: Host): boolean {
  const page = splitHost(origin.replace(/^https?:\/\//, ""));
  if (page.port !== host.port) return false;
  return page.name === host.name || (loopback.has(page.name) && loopback.has(host.name));
}

interface Host {
  readonly name: string;
  readonly port: string;
}

function splitHost(text: string): Host {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text.toLowerCase());
  return { name: match?.[1] ?? text, port: match?.[2] ?? "80" };
}

/** Checks the API key of requests. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /**
   * Index of the request's key, which is not secret; `undefined` if no key is required. `Authorization: Bearer` has
   * priority. Throws `api-key-required` or `api-key-invalid`.
   */
  check(headers: IncomingHttpHeaders): number | undefined {
    if (this.#digests.length === 0) return undefined;
    const given = presentedKey(headers);
    if (given === undefined) throw new GatewayError("api-key-required", "API key required");
    const presented = digest(given);
    // Compares all keys in constant time, so that the duration reveals nothing.
    const matches = this.#digests.map((key) => timingSafeEqual(key, presented));
    const index = matches.indexOf(true);
    if (index < 0) throw new GatewayError("api-key-invalid", "Invalid API key");
    return index;
  }
}

function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const header = headers["x-api-key"];
  return bearer ?? (typeof header === "string" && header !== "" ? header : undefined);
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
