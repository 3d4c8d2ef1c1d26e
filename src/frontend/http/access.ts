/** Who may talk to the gateway over HTTP (gateway.md, *HTTP*). Pure but for hashing; answers nothing. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { GatewayError } from "../../base/errors.ts";

export interface AccessRules {
  /** The name we listen on; `undefined` accepts any `Host`: a unix socket, or an address where a key is required. */
  readonly host: string | undefined;
  /** Origins besides our own that browsers may call from; `*` is any. */
  readonly origins: readonly string[];
  /** Empty: no key is needed. */
  readonly keys: readonly string[];
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The host that was last let pass without an `Origin`, for each set of rules: clients name the same one with every request. */
const passed = new WeakMap<AccessRules, string>();

/** Why a request is refused before anybody looks at its path: a page in a browser must not reach us unasked. */
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
  if (!isOurHost(rules, host.name)) return new GatewayError("origin-refused", "Host not allowed");
  const { origin } = headers;
  if (origin === undefined || isListed(rules, origin) || isSameOrigin(origin, host)) return undefined;
  return new GatewayError("origin-refused", "Origin not allowed");
}

/** Whether a browser's page of that origin may read our answers. */
export function isListed(rules: AccessRules, origin: string): boolean {
  return origin !== "null" && (rules.origins.includes("*") || rules.origins.includes(origin));
}

function isOurHost(rules: AccessRules, name: string): boolean {
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

/** The checked key of a request, as a name for it that is no secret; throws what to answer when it has none of ours. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /** Which of our keys the request carries; `undefined` where none is needed. `Authorization: Bearer` wins. */
  check(headers: IncomingHttpHeaders): number | undefined {
    if (this.#digests.length === 0) return undefined;
    const given = presentedKey(headers);
    if (given === undefined) throw new GatewayError("api-key-required", "API key required");
    const presented = digest(given);
    // Every key is compared, in constant time: how long it takes tells nothing.
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
