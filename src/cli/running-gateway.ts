/** The way to a gateway that runs already: one of our own whose only entry is the other's server, as a remote. */

import { GatewayError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Entry } from "../catalog/entry.ts";
import { headlessSources } from "../catalog/variables/sources.ts";
import { fixedEntries } from "../gateway/catalog-source.ts";
import { Gateway } from "../gateway/gateway.ts";
import { cacheDir } from "./cache-dir.ts";

const probeMs = 500;
const admissionMs = 5_000;

/** Whether a gateway answers at this address. Never rejects. */
export async function answersAt(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(probeMs) });
    const body = (await response.json()) as { status?: unknown };
    return response.ok && body.status === "ok";
  } catch {
    return false;
  }
}

/** Each client session here is one there, with `server` or with all as one; the other gateway starts and stops its servers and sets the timeouts. */
export function relayTo(
  url: string,
  key: string | undefined,
  server: string | undefined,
  log: Log,
): { readonly gateway: Gateway; readonly id: string } {
  const id = server ?? "gateway";

  const headers = key === undefined ? {} : { Authorization: `Bearer ${literal(key)}` };
  const entry: Entry = {
    id,
    instances: "session",
    runtime: {
      type: "remote-sse",
      url: server === undefined ? `${url}/mcp` : `${url}/${server}/mcp`,
      headers,
    },
    idle_timeout_seconds: 0,
    request_timeout_seconds: 0,
    start_timeout_seconds: 0,
  };
  const baseDir = process.cwd();
  const options = {
    source: fixedEntries([entry], baseDir),
    sources: headlessSources({ baseDir, processEnv: {} }),
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 30, maxInstances: 1 },
    hotReload: false,
    log,
    cacheDir: cacheDir(),
    admit: () => checkAdmission(url, key, server),
  };
  return { gateway: new Gateway(options, [entry]), id };
}

/** Rejects with what the client should hear when the other gateway has no such server or does not want us. */
async function checkAdmission(url: string, key: string | undefined, id: string | undefined): Promise<void> {
  const status = await statusOf(id === undefined ? `${url}/servers` : `${url}/servers/${id}`, key);
  if (status === 404 && id !== undefined)
    throw new GatewayError("server-not-found", `Server '${id}' not found in catalog`);
  if (status === 401) throw new GatewayError("start-failed", `the gateway at ${url} asks for an API key`);
  if (status === 403) throw new GatewayError("start-failed", `the gateway at ${url} refused the API key`);
}

async function statusOf(url: string, key: string | undefined): Promise<number> {
  try {
    const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(admissionMs) });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new GatewayError("start-failed", `the gateway does not answer: ${messageOf(cause)}`, {
      cause: error,
    });
  }
}

/** A key is no template: what looks like a variable in it is meant as it stands. */
function literal(text: string): string {
  return text.replaceAll("${", () => "$${");
}
