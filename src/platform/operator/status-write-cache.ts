/** What the operator last wrote into a status, while its watch does not know of it yet. Pure. */

import type { McpServer } from "../resource/mcp-server.ts";

interface Saying {
  /** What was known when it was written. */
  readonly version: string | undefined;
  readonly written: McpServer;
}

export class StatusWriteCache {
  readonly #sayings = new Map<string, Saying>();

  /** The server with the status it has; of a watch that is late the one that was written. */
  latest(seen: McpServer): McpServer {
    const { uid = "", resourceVersion } = seen.metadata;
    const saying = this.#sayings.get(uid);
    if (saying?.version === resourceVersion) return saying?.written ?? seen;
    // The watch has caught up, or somebody has changed it since.
    this.#sayings.delete(uid);
    return seen;
  }

  /** `written`: the answer of the cluster. `server` may itself be an answer: it is known by what the watch said. */
  said(server: McpServer, written: McpServer): void {
    const { uid = "" } = server.metadata;
    const before = this.#sayings.get(uid);
    const isFollowing = before?.written.metadata.resourceVersion === server.metadata.resourceVersion;
    const version = isFollowing ? before?.version : server.metadata.resourceVersion;
    this.#sayings.set(uid, { version, written });
  }
}
