/**
 * Cookies that a server sets, for load balancers that select a replica by cookie (RFC 6265). A jar belongs to one
 * instance and one origin. It never holds a client's cookies, and its cookies are sent only to that origin.
 */

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly isSecure: boolean;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const mostCookies = 50;
const mostCharacters = 4096;

export class CookieJar {
  readonly origin: string;
  readonly #now: () => number;
  /** By name and path, in the order they were set. */
  readonly #cookies = new Map<string, Cookie & { readonly name: string }>();

  constructor(origin: string, now: () => number = Date.now) {
    this.origin = origin;
    this.#now = now;
  }

  /** Stores the cookies of `Set-Cookie` headers. An expired cookie is removed. */
  keep(url: URL, setCookies: readonly string[] = []): void {
    if (url.origin !== this.origin) return;
    for (const line of setCookies) {
      const cookie = parseCookie(line, url, this.#now());
      if (cookie) this.#set(cookie);
    }
  }

  /**
   * The `Cookie` header for a request: first the cookies in `own`, then those of the jar. `undefined` without cookies.
   */
  header(url: URL, own?: string | null): string | undefined {
    const given = namesIn(own ?? "");
    const kept = url.origin === this.origin ? [...this.#cookies.values()] : [];
    const fitting = kept.filter((cookie) => isSentTo(cookie, url, this.#now()) && !given.has(cookie.name));
    const pairs = fitting.map(({ name, value }) => `${name}=${value}`);
    return [...(own ? [own] : []), ...pairs].join("; ") || undefined;
  }

  #set(cookie: Cookie & { readonly name: string }): void {
    const key = `${cookie.name} ${cookie.path}`;
    this.#cookies.delete(key);
    if (cookie.expires <= this.#now()) return;
    this.#cookies.set(key, cookie);
    const [oldest] = this.#cookies.keys();
    if (this.#cookies.size > mostCookies && oldest !== undefined) this.#cookies.delete(oldest);
  }
}

function namesIn(header: string): ReadonlySet<string> {
  return new Set(header.split(";").map((pair) => pair.split("=", 1)[0]?.trim() ?? ""));
}

function isSentTo({ path, isSecure, expires }: Cookie, { pathname, protocol }: URL, now: number): boolean {
  if (expires <= now || (isSecure && protocol !== "https:")) return false;
  return pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
}

const pair = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e"]*)$/;

function parseCookie(line: string, url: URL, now: number): (Cookie & { readonly name: string }) | undefined {
  if (line.length > mostCharacters) return undefined;
  const [first = "", ...rest] = line.split(";").map((part) => part.trim());
  const [, name, value = ""] = pair.exec(first) ?? [];
  const attributes = new Map(rest.map(attributeOf));
  if (name === undefined || !isForHost(attributes.get("domain"), url.hostname)) return undefined;
  const path = attributes.get("path");
  return {
    name,
    value,
    path: path?.startsWith("/") ? path : defaultPath(url.pathname),
    isSecure: attributes.has("secure"),
    expires: expiryOf(attributes, now),
  };
}

function attributeOf(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 0) return [text.toLowerCase(), ""];
  return [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim()];
}

/** A cookie for a whole domain is stored for this host only. */
function isForHost(domain: string | undefined, host: string): boolean {
  const named = domain?.replace(/^\./, "").toLowerCase();
  return !named || named === host || host.endsWith(`.${named}`);
}

function defaultPath(pathname: string): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf("/")));
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get("max-age");
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get("expires") ?? "");
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires;
}
