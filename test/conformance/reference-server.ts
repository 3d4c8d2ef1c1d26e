/**
 * An MCP server with all that the server scenarios of the public conformance suites ask for, in both eras.
 * `node reference-server.ts` serves stdio; with `--http` it serves `/mcp` on a free port and writes `{"port":N}`.
 * Ends with its stdin.
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
