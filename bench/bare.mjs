/** A Node process with an empty HTTP server, as the baseline for memory and start time. `node bare.mjs PORT` */

import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("{}"));
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));
