/** The last status that the operator wrote, until its watch delivers it. Pure. */

import type { McpServer } from "../resource/mcp-server.ts";

interface StatusWrite {
  /** Version of the object when the status was written. */
  readonly version: string | undefined;
  readonly written: McpServer;
}

export class StatusWriteCache {
  readonly #writes = new Map<string, StatusWrite>();

  /** The server with its current status. If the watch is behind, with the status that was written. */
  latest(seen: McpServer): McpServer {
    const { uid = "", resourceVersion } = seen.metadata;
    const write = this.#writes.get(uid);
    if (write?.version === resourceVersion) return write?.written ?? seen;
    // The watch has caught up, or another client has changed the object since.
    this.#writes.delete(uid);
    return seen;
  }

  /**
   * `written`: the answer of the cluster. `server` may itself be such an answer. The entry keeps the version that
   * the watch delivered last.
   */
  store(server: McpServer, written: McpServer): void {
    const { uid = "" } = server.metadata;
    const before = this.#writes.get(uid);
    const isFollowing = before?.written.metadata.resourceVersion === server.metadata.resourceVersion;
    const version = isFollowing ? before?.version : server.metadata.resourceVersion;
    this.#writes.set(uid, { version, written });
  }
}
