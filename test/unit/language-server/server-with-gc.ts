/** The language server over stdio, which reports how much memory it uses. For tests. Run with --expose-gc. */

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "../../../language-server/server.ts";

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
startServer(connection, {
  processEnv: process.env,
  platform: process.platform,
  cwd: process.cwd(),
  checkThread: new URL("../../../language-server/documents/full-check-thread.ts", import.meta.url),
});
connection.onRequest("test/heap", () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
});
connection.listen();
