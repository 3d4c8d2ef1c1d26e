/** The address that a gateway listens on. Pure: opens nothing, resolves no name. */

import { isIPv4, isIPv6 } from "node:net";

export type ListenAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

export type ParsedListenAddress =
  | { readonly kind: "address"; readonly address: ListenAddress }
  | { readonly kind: "wrong"; readonly because: string };

/** Systems cut or refuse longer paths. */
const longestSocketPath = 103;

/** Parses `host:port`, `[ipv6]:port` or `unix:/path.sock`. Port 0 means any free port. */
export function parseListenAddress(text: string): ParsedListenAddress {
  if (text.startsWith("unix:")) return unixAddress(text.slice("unix:".length));
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  if (match === null) return wrong(`must be 'host:port', '[ipv6]:port' or 'unix:/path.sock'${hintFor(text)}`);
  const [, ipv6, name, digits] = match;
  const port = Number(digits);
  if (port > 65535) return wrong("must have a port from 0 to 65535");
  if (ipv6 !== undefined && !isIPv6(ipv6)) return wrong("must have an IPv6 address in the brackets");
  const host = ipv6 ?? name ?? "";
  if (host === "")
    return wrong("must name a host: '127.0.0.1' for this machine, '0.0.0.0' for all addresses");
  if (ipv6 === undefined && !isHost(host)) return wrong("must begin with a host name or an IP address");
  return { kind: "address", address: { kind: "tcp", host, port } };
}

/** Whether only this machine can reach the address. A host name other than `localhost` counts as reachable. */
export function isLoopback(address: ListenAddress): boolean {
  if (address.kind === "unix") return true;
  const host = address.host.toLowerCase().replace(/^::ffff:/, "");
  if (isIPv4(host)) return host.startsWith("127.");
  return host === "localhost" || (isIPv6(host) && /^(?:0*:)*0*1$/.test(host));
}

/** Whether connections at every network interface of the machine are accepted. */
export function isWildcard(address: ListenAddress): boolean {
  if (address.kind === "unix") return false;
  const host = address.host.toLowerCase().replace(/^::ffff:/, "");
  return host === "0.0.0.0" || (isIPv6(host) && /^[0:]+$/.test(host));
}

/** The address to connect to on this machine. Not every system can connect to a wildcard. */
export function localAddress(address: ListenAddress): ListenAddress {
  if (address.kind === "unix" || !isWildcard(address)) return address;
  return { ...address, host: address.host.includes(".") ? "127.0.0.1" : "::1" };
}

/** The address in the format of the config. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function unixAddress(path: string): ParsedListenAddress {
  if (!path.startsWith("/")) return wrong("must have an absolute path after 'unix:'");
  if (Buffer.byteLength(path) > longestSocketPath) {
    return wrong(
      `has a socket path of more than ${longestSocketPath} bytes, which is the limit of most systems`,
    );
  }
  return { kind: "address", address: { kind: "unix", path } };
}

function hintFor(text: string): string {
  if (/^\d+$/.test(text)) return `, such as '127.0.0.1:${text}'`;
  return (text.match(/:/g) ?? []).length > 1 ? ", an IPv6 address in brackets: '[::1]:4444'" : "";
}

function isHost(host: string): boolean {
  return isIPv4(host) || (/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host) && !/^[\d.]+$/.test(host));
}

function wrong(because: string): ParsedListenAddress {
  return { kind: "wrong", because };
}
