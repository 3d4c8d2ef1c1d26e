/**
 * An MCP server with all features that the server scenarios of the public conformance suites need, in both eras.
 * `node reference-server.ts` serves stdio. With `--http` it serves `/mcp` on a free port and writes `{"port":N}`.
 * It ends with its stdin.
 */

import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { openHttpDoor } from "./reference/http-door.ts";
import { createReferenceServer } from "./reference/server.ts";

if (process.argv.includes("--http")) {
  process.stdin.on("end", () => process.exit()).resume();
  console.log(JSON.stringify({ port: await openHttpDoor() }));
} else {
  serveStdio(() => createReferenceServer());
}
