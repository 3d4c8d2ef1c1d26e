/** A server as a window is told of it. */

import type { ServerRow } from "../../../src/vscode/servers/servers.ts";

/** One that sleeps, with what the test says of it. */
export const rowOf = (id: string, more: Partial<ServerRow> = {}): ServerRow => ({
  id,
  display_name: id,
  status: "stopped",
  tags: [],
  runtime_type: "local-process",
  enabled: true,
  revision: "r",
  request_count: 0,
  ...more,
});
