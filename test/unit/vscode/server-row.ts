/** A server as a window receives it. */

import type { ServerRow } from "../../../src/vscode/servers/servers.ts";

/** A sleeping server, with the fields that the test sets. */
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
