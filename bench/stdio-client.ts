/** Calls a stdio server directly, as the lower limit for a gateway. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Latencies in ms of `calls` sequential calls of the tool `echo`. */
export async function directStdio(command: string, args: string[], calls: number): Promise<number[]> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, () => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id } = JSON.parse(line) as { id: number };
    waiting.get(id)?.();
    waiting.delete(id);
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const call = (id: number, method: string, params: object) =>
    new Promise<void>((answered) => {
      waiting.set(id, answered);
      send({ id, method, params });
    });
  const clientInfo = { name: "bench", version: "1" };
  await call(0, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  send({ method: "notifications/initialized" });
  const latenciesMs: number[] = [];
  for (let id = 1; id <= calls; id++) {
    const began = performance.now();
    await call(id, "tools/call", { name: "echo", arguments: { message: `m${id}` } });
    latenciesMs.push(performance.now() - began);
  }
  child.kill();
  return latenciesMs;
}
