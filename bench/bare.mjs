/** A Node process with an HTTP server that does nothing, in plain JavaScript: what the bench subtracts. `node bare.mjs PORT` */

import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("{}"));
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));
