/** What the paths of the gateway mean. Pure; a path that is written otherwise (`//`, `..`, `%2f`) means nothing. */

/** A path that speaks MCP. */
export interface McpPath {
  readonly transport: "streamable" | "sse" | "sse-message";
  /** Absent: all servers as one. */
  readonly id: string | undefined;
}

const allAsOne: McpPath = { transport: "streamable", id: undefined };

const transports = { mcp: "streamable", sse: "sse", "sse/message": "sse-message" } as const;

/** Path and query of a request's target; `/x/` is `/x`, since clients add slashes to the addresses they are given. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  // A proxy may send the whole URL.
  const url = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/]*/, "");
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path: withoutSlash(path), query: mark < 0 ? "" : url.slice(mark + 1) };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** `/mcp`, `/sse`, `/sse/message`, and the same of one server; `undefined` for any other path. */
export function mcpPath(path: string): McpPath | undefined {
  if (path === "/mcp") return allAsOne;
  const [, id, kind] = /^(?:\/([^/]+))??\/(mcp|sse|sse\/message)$/.exec(path) ?? [];
  if (kind === undefined) return undefined;
  return { transport: transports[kind as keyof typeof transports], id };
}

/** Clients look for an OAuth server at the origin and below the address they were given: there is none, key or not. */
export function isWellKnown(path: string): boolean {
  return path.includes("/.well-known/");
}
