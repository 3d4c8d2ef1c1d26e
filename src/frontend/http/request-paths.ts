/** Parses the paths of the gateway. Pure. A path in another form (`//`, `..`, `%2f`) is unknown. */

/** A path for MCP. */
export interface McpPath {
  readonly transport: "streamable" | "sse" | "sse-message";
  /** Absent: all servers. */
  readonly id: string | undefined;
}

const allServers: McpPath = { transport: "streamable", id: undefined };

const transports = { mcp: "streamable", sse: "sse", "sse/message": "sse-message" } as const;

/** Path and query of a request's target. `/x/` becomes `/x`, because clients add slashes to configured URLs. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  // A proxy may send the full URL.
  const url = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/]*/, "");
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return { path: withoutSlash(path), query: mark < 0 ? "" : url.slice(mark + 1) };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Parses `/mcp`, `/sse`, `/sse/message`, and the same below a server id; `undefined` for any other path. */
export function mcpPath(path: string): McpPath | undefined {
  if (path === "/mcp") return allServers;
  const [, id, kind] = /^(?:\/([^/]+))??\/(mcp|sse|sse\/message)$/.exec(path) ?? [];
  if (kind === undefined) return undefined;
  return { transport: transports[kind as keyof typeof transports], id };
}

/** Whether a client searches for an OAuth server, at the origin or below its URL. The gateway does not have one. */
export function isWellKnown(path: string): boolean {
  return path.includes("/.well-known/");
}
