/** Selects the proxy for a remote server from `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, as curl and Go do. Pure. */

import { BlockList, isIP } from "node:net";

export interface ProxySettings {
  /** For `http:` URLs. */
  readonly http?: string | undefined;
  /** For `https:` URLs. */
  readonly https?: string | undefined;
  /** Hosts that are reached without a proxy, separated by commas or blanks. `*` means all. */
  readonly except?: string | undefined;
}

export type ProxyChoice =
  | { readonly kind: "direct"; readonly because: string }
  | { readonly kind: "proxy"; readonly url: URL }
  /** `because` names the setting without its value, which may contain a password. */
  | { readonly kind: "invalid"; readonly because: string };

/**
 * The settings of an environment. A lower-case variable wins over the upper-case one. An empty one counts as not set.
 */
export function proxySettingsIn(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const get = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  return { http: get("HTTP_PROXY"), https: get("HTTPS_PROXY"), except: get("NO_PROXY") };
}

/** How to reach the server at this URL. This machine is never reached through a proxy. */
export function proxyFor(target: URL, settings: ProxySettings): ProxyChoice {
  const isSecure = target.protocol === "https:";
  const named = isSecure ? settings.https : settings.http;
  if (named === undefined) return { kind: "direct", because: "no proxy is set" };
  const host = target.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (isThisMachine(host)) return { kind: "direct", because: "it is this machine" };
  if (isExcepted(host, portOf(target), settings.except ?? ""))
    return { kind: "direct", because: "NO_PROXY names it" };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`);
  const variable = isSecure ? "HTTPS_PROXY" : "HTTP_PROXY";
  if (!url) return { kind: "invalid", because: `${variable} is not a valid proxy URL` };
  if (url.protocol === "http:" || url.protocol === "https:") return { kind: "proxy", url };
  return { kind: "invalid", because: `${variable} must begin with http:// or https://, not ${url.protocol}` };
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === "https:" ? "443" : "80");
}

function isThisMachine(host: string): boolean {
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host)
  );
}

function isExcepted(host: string, port: string, except: string): boolean {
  return except
    .toLowerCase()
    .split(/[\s,]+/)
    .some((pattern) => pattern !== "" && fits(pattern, host, port));
}

/** `*`, `example.com` (with all below it), `.example.com`, `*.example.com`, an address, `10.0.0.0/8`; each with `:port`. */
function fits(pattern: string, host: string, port: string): boolean {
  if (pattern === "*") return true;
  const [, name = pattern, wanted] = /^(\[.*\]|[^:]*):(\d+)$/.exec(pattern) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "").replace(/^\*?\./, "");
  if (bare.includes("/")) return isInSubnet(bare, host);
  return bare !== "" && (host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`)));
}

function isInSubnet(subnet: string, host: string): boolean {
  const [address = "", bits] = subnet.split("/");
  const family = isIP(address);
  const prefix = Number(bits);
  const isValid =
    family !== 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= (family === 4 ? 32 : 128);
  if (!isValid || isIP(host) !== family) return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
