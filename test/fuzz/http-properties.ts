/** Bytes and messages sent to a real gateway. It answers or refuses each, or closes the connection, and keeps running. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fixture, root } from "../support/gateway.ts";
import { messageText } from "./json-text.ts";
import { type Property, property } from "./property.ts";

const withinMs = 15_000;

/** A gateway with one server and one session, for all inputs. */
export class FuzzedGateway {
  readonly url: string;
  readonly session: string;
  readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, url: string, session: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
    this.session = session;
  }

  static async start(): Promise<FuzzedGateway> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-fuzz-"));
    const catalog = join(folder, "catalog.yaml");
    await writeFile(catalog, JSON.stringify({ servers: [{ id: "echo", runtime: fixture("echo") }] }));
    const program = join(root, "dist/gateway-http.js");
    const args = [program, "--catalog", catalog, "--listen-addr", "127.0.0.1:0", "--log-level", "error"];
    const env = { ...process.env, MCP_GATEWAY_CACHE_DIR: join(folder, "cache") };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    const url = await new Promise<string>((found, failed) => {
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const match = /listening on (\S+)/.exec(text)?.[1];
        if (match !== undefined) found(match);
      });
      child.once("exit", (code) => failed(new Error(`the gateway exited with ${code}`)));
    });
    const clientInfo = { name: "fuzz", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const response = await fetch(`${url}/echo/mcp`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }),
    });
    await response.text();
    return new FuzzedGateway(child, folder, url, response.headers.get("mcp-session-id") ?? "");
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends bytes on a connection of their own, then its end. Resolves with all that comes back. */
  raw(bytes: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(this.url).port), "127.0.0.1");
      let text = "";
      const timer = setTimeout(() => {
        socket.destroy();
        reject(
          new Error(`the connection stays open for ${withinMs} ms, with the answer ${text.slice(0, 200)}`),
        );
      }, withinMs);
      socket.setEncoding("latin1").on("data", (chunk: string) => {
        // A stream lasts until its client ends it.
        if (/text\/event-stream/.test(chunk)) socket.destroy();
        text += chunk;
      });
      socket.on("error", () => undefined);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve(text);
      });
      socket.end(bytes);
    });
  }

  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}${path}`,
        { method: "POST", headers, agent: this.agent },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.on("error", reject);
        },
      );
      sent.setTimeout(withinMs, () => sent.destroy(new Error(`no answer within ${withinMs} ms`)));
      sent.on("error", reject);
      sent.end(body);
    });
  }

  async checkHealth(): Promise<void> {
    assert.ok(this.isAlive, "the gateway exited");
    const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(withinMs) });
    assert.equal(((await response.json()) as { status: string }).status, "ok");
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    const exited = new Promise((done) => this.#child.once("exit", done));
    if (this.isAlive) {
      this.#child.kill("SIGTERM");
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const method = fc.constantFrom(
  "GET",
  "POST",
  "DELETE",
  "HEAD",
  "PUT",
  "OPTIONS",
  "get",
  "",
  "P\0ST",
  "CONNECT",
  "TRACE",
);
const target = fc.oneof(
  fc.constantFrom(
    "/",
    "/health",
    "/mcp",
    "/echo/mcp",
    "/rpc",
    "/servers",
    "/servers/echo",
    "/stats",
    "/metrics",
    "/sse",
    "/events?x",
    "//",
    "/%2e%2e/x",
    "/%",
    "*",
    "http://x/health",
    "/echo/mcp?tag=a&tag=b",
    "/servers/echo/logs?tail=-1",
    "/.well-known/oauth-x",
    "/echo/sse?session=1",
  ),
  fc.webPath(),
  fc.string({ maxLength: 10 }),
);
const version = fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "", "http/1.1");
const header = fc.oneof(
  fc.constantFrom(
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 5, 6",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Content-Type: application/json",
    "Content-Type: text/plain",
    "Content-Encoding: gzip",
    "Accept: text/event-stream",
    "Accept: application/json, text/event-stream",
    "Accept: */*;q=0",
    "Origin: null",
    "Origin: http://evil.example",
    "Host: evil.example",
    "Mcp-Session-Id: x",
    "Mcp-Session-Id: ",
    "MCP-Protocol-Version: 2026-07-28",
    "MCP-Protocol-Version: x",
    "Mcp-Method: tools/call",
    "Last-Event-ID: 0-1",
    "Last-Event-ID: x",
    "Authorization: Bearer",
    "X-Server-ID: echo",
    "X-Server-ID: ../x",
    "Expect: 100-continue",
    "Upgrade: websocket",
    "Connection: close, upgrade",
    "Cookie: a=b",
    " folded",
    "No colon",
    "A: \u00ff\u0001",
  ),
  fc
    .tuple(fc.stringMatching(/^[A-Za-z-]{1,10}$/), fc.string({ maxLength: 10 }))
    .map(([name, value]) => `${name}: ${value}`),
);
const body = fc.oneof(
  fc.constant(""),
  messageText({ odd: true }),
  fc.string(),
  fc.constantFrom("5\r\nhello\r\n0\r\n\r\n", "ffffffffff\r\n", "{}", "[]", "null", "[{}]"),
);

/** A request that may be wrong in all its parts. */
const wildRequest = fc
  .record({
    method,
    target,
    version,
    headers: fc.array(header, { maxLength: 8 }),
    end: fc.constantFrom("\r\n", "\r\n", "\n"),
    body,
    isSized: fc.boolean(),
  })
  .map(({ method: verb, target: path, version: protocol, headers, end, body: content, isSized }) => {
    const own = isSized
      ? ["Host: localhost", `Content-Length: ${Buffer.byteLength(content)}`]
      : ["Host: localhost"];
    return Buffer.from([`${verb} ${path} ${protocol}`, ...own, ...headers, "", content].join(end), "utf8");
  });

const rawBytes = fc.oneof(
  { weight: 4, arbitrary: wildRequest },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(wildRequest, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }))
      .map(([bytes, flips]) => {
        const copy = Buffer.from(bytes);
        for (const [at, byte] of flips) if (copy.length > 0) copy[at % copy.length] = byte;
        return copy;
      }),
  },
  { weight: 1, arbitrary: fc.tuple(wildRequest, wildRequest).map((both) => Buffer.concat(both)) },
);

/** Every answer begins with a status line, and no status reports an internal error of the gateway. */
function checkAnswers(text: string): void {
  if (text === "") return;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
  assert.ok(status >= 100 && status < 500 && status !== 500, text.slice(0, 300));
}

const rpcText = fc.oneof(
  messageText({ odd: true }),
  messageText({ odd: false }),
  fc.tuple(messageText({ odd: true }), fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  fc.array(messageText({ odd: false }), { maxLength: 3 }).map((texts) => `[${texts.join(",")}]`),
  fc
    .record({
      jsonrpc: fc.constant("2.0"),
      id: fc.oneof(fc.integer(), fc.string()),
      method: fc.constantFrom(
        "tools/list",
        "tools/call",
        "ping",
        "resources/read",
        "logging/setLevel",
        "completion/complete",
        "initialize",
        "server/discover",
        "subscriptions/listen",
        "tasks/get",
      ),
      params: fc.oneof(
        fc.object({ maxDepth: 2 }),
        fc.constantFrom({ name: "echo", arguments: { a: 1 } }, { name: "none" }, [], null),
      ),
    })
    .map((value) => JSON.stringify(value)),
);
const door = fc.constantFrom("session", "stateless", "simple", "none", "aggregate");

function headersFor(kind: string, session: string, method: string): Record<string, string> {
  const both = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  if (kind === "session") return { ...both, "Mcp-Session-Id": session };
  if (kind === "simple") return { "Content-Type": "application/json", "X-Server-ID": "echo" };
  if (kind === "none") return both;
  return { ...both, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method };
}

/** The id in the text, where a JSON parser finds exactly one request. */
function requestIn(text: string): { id?: unknown; method?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** As JSON, where -0 and 0 are the same id. */
function idOf({ id }: { readonly id?: unknown }): string {
  return String(JSON.stringify(id));
}

function checkReply(sent: string, status: number, text: string): void {
  assert.ok(status < 500 || status === 502 || status === 504, `HTTP ${status} ${text.slice(0, 300)}`);
  if (status === 202) return assert.equal(text, "");
  const { id } = requestIn(sent);
  const texts =
    text.startsWith("{") || text.startsWith("[")
      ? [text]
      : [...text.matchAll(/^data: (.+)$/gm)].map(([, data = ""]) => data);
  assert.ok(texts.length > 0, `HTTP ${status} without a message: ${text.slice(0, 200)}`);
  const messages = texts.flatMap(
    (one) => JSON.parse(one) as { id?: unknown; method?: unknown; error?: unknown; result?: unknown },
  );
  const answers = messages.filter(
    (one) => one.method === undefined && ("result" in one || typeof one.error === "object"),
  );
  const isRequest = typeof id === "string" || typeof id === "number";
  if (status === 200 && isRequest) assert.deepEqual(answers.map(idOf), [String(JSON.stringify(id))]);
  for (const answer of answers)
    if (isRequest && answer.id !== null && answer.id !== undefined)
      assert.equal(idOf(answer), JSON.stringify(id));
}

export function httpProperties(gateway: FuzzedGateway): readonly Property[] {
  let sent = 0;
  const checkNowAndThen = async () => {
    if (++sent % 50 === 0) await gateway.checkHealth();
  };
  return [
    property("any bytes of HTTP are answered or end the connection", 6, rawBytes, async (bytes) => {
      checkAnswers(await gateway.raw(bytes));
      await checkNowAndThen();
    }),
    property(
      "any JSON-RPC is answered once under its own id, or refused",
      6,
      fc.tuple(rpcText, door),
      async ([text, kind]) => {
        // A subscription lasts until its client ends it.
        if (text.includes("subscriptions/listen")) return;
        const path = kind === "simple" ? "/rpc" : kind === "aggregate" ? "/mcp" : "/echo/mcp";
        const { method: called } = requestIn(text);
        const headers = headersFor(
          kind,
          gateway.session,
          typeof called === "string" && /^[\w/]+$/.test(called) ? called : "x",
        );
        const { status, text: answer } = await gateway.post(path, headers, text);
        checkReply(text, status, answer);
        await checkNowAndThen();
      },
    ),
  ];
}
