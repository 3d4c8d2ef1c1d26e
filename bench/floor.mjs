/**
 * A minimal gateway for comparison. It forwards POST bodies to one stdio child and returns the responses, with unique ids.
 * It has no checks, sessions or restarts. PORT is the port, else any free one. `node floor.mjs COMMAND ARG…`
 */

import { spawn } from "node:child_process";
import { createServer } from "node:http";

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
const waiting = new Map();
let lastId = 0;
let parts = [];

child.stdout.setEncoding("utf8");
child.stdout.on("data", (chunk) => {
  parts.push(chunk);
  if (!chunk.includes("\n")) return;
  const lines = parts.join("").split("\n");
  parts = [lines.pop() ?? ""];
  for (const line of lines) answer(line);
});

function answer(line) {
  const message = JSON.parse(line);
  const entry = waiting.get(message.id);
  if (!entry) return;
  waiting.delete(message.id);
  const text = JSON.stringify({ ...message, id: entry.id });
  entry.response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  entry.response.end(text);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const message = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (message.id === undefined) {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      response.writeHead(202).end();
      return;
    }
    const id = ++lastId;
    waiting.set(id, { id: message.id, response });
    child.stdin.write(`${JSON.stringify({ ...message, id })}\n`);
  });
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address) console.log(`http://127.0.0.1:${address.port}`);
});
process.on("SIGTERM", () => {
  child.kill();
  process.exit(0);
});
