/** The stdio front end: one client, one server, one JSON-RPC message per line. Owns neither the streams nor the gateway. */

import type { Readable, Writable } from "node:stream";
import { claimedVersion } from "../../backend/era.ts";
import type { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { idAsWritten, rpcErrorText } from "../../jsonrpc/encode.ts";
import { LineReader, parseBatch } from "../../jsonrpc/line-reader.ts";
import { isId, type JsonRpc, type Message, messageKind, scanOrRefuse } from "../../jsonrpc/message.ts";
import type { ClientHandler, SessionTarget } from "../../router/client-handler.ts";
import type { Reply } from "../../router/reply.ts";
import { FrontEndRequest } from "../../router/request-context.ts";
import type { GatewayApi } from "../gateway-api.ts";
import { SessionLog } from "../session-log.ts";

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Common clients give up on `initialize` after 3 s (protocol.md). */
  readonly initializeGraceMs: number;
}

/** Bytes of unread output above which the input is paused. */
const socketAhead = 1_000_000;
/** Bytes of unread output above which the client gets only responses. */
const mostUnread = 32_000_000;
/** Bytes of unread output above which the client is disconnected. */
const mostUnreadAnswers = 256 * 1024 * 1024;
const longestPauseMs = 5_000;

export class StdioFrontEnd {
  readonly #options: StdioOptions;
  readonly #target: SessionTarget;
  readonly #log: SessionLog;
  readonly #client: ClientHandler;
  readonly #openStateless: () => ClientHandler;
  /** Session for requests of the stateless era. */
  #stateless: ClientHandler | undefined;
  readonly #finished = Promise.withResolvers<void>();
  #open = 0;
  #inputEnded = false;

  constructor(core: GatewayApi, target: SessionTarget, options: StdioOptions) {
    this.#options = options;
    this.#target = target;
    this.#log = new SessionLog(core.log);
    const sink = { push: (text: string) => this.#push(text) };
    const graceMs = options.initializeGraceMs;
    this.#client = core.openSession(target, sink, { graceMs });
    this.#openStateless = () => core.openStateless(target, { graceMs });
  }

  /** Serves until the input has ended and every request is answered, or the client closed the output. */
  async serve(): Promise<void> {
    const { input, output } = this.#options;
    const reader = new LineReader({
      line: (text) => this.#onLine(text),
      oversize: (bytes) =>
        this.#write(rpcErrorText("null", -32600, `A message of ${bytes} bytes is too long`)),
    });
    output.on("error", () => this.#finished.resolve());
    input.on("data", (chunk: Buffer) => {
      reader.push(chunk);
      this.#waitForReaders();
    });
    input.on("error", () => this.#onEnd(reader));
    input.on("end", () => this.#onEnd(reader));
    await this.#finished.promise;
  }

  async close(): Promise<void> {
    this.#finished.resolve();
    await Promise.all([this.#client.close(), this.#stateless?.close()]);
  }

  #onEnd(reader: LineReader): void {
    reader.end();
    this.#inputEnded = true;
    this.#log.ended("stdio", this.#target, "the client closed stdin");
    this.#stateless?.finish();
    this.#checkFinished();
  }

  /** Pauses the input while the server or the client reads too slowly, for a limited time. */
  #waitForReaders(): void {
    const { input, output } = this.#options;
    const { congested } = this.#client;
    if (!congested && output.writableLength < socketAhead) return;
    input.pause();
    const resume = () => {
      clearTimeout(timer);
      output.off("drain", resume);
      input.resume();
    };
    const timer = setTimeout(resume, longestPauseMs);
    void congested?.finally(resume);
    if (!congested) output.once("drain", resume);
  }

  #onLine(text: string): void {
    const json = parseJson(text);
    if (json === undefined) return this.#write(rpcErrorText("null", -32700, "Parse error: invalid JSON"));
    if (Array.isArray(json)) return this.#onBatch(text);
    if (!isObject(json)) return this.#refuse(notMessage);
    const message: Message = { text, json };
    const refused = scanOrRefuse(message);
    if (refused !== undefined) return this.#refuse(refused);
    const isRequest = messageKind(message.json) === "request";
    if (isRequest) this.#open++;
    this.#handle(message, this.#reply(isRequest));
  }

  /** Handles a batch. Its responses are one line. */
  #onBatch(text: string): void {
    const messages = parseBatch(text);
    const refused = messages ? refusedBatch(messages, this.#client.version) : notMessage;
    if (!messages || refused !== undefined) return this.#refuse(refused ?? notMessage);
    const expected = messages.filter(({ json }) => hasAnswer(json)).length;
    if (expected > 0) this.#open++;
    const reply = this.#batchReply(expected);
    for (const message of messages) this.#handle(message, reply);
  }

  #handle(message: Message, reply: Reply): void {
    this.#note(message.json);
    for (const session of this.#sessionsFor(message)) {
      const { clientInfo: client } = session;
      session.handle(message, new FrontEndRequest({ client, reply }));
    }
  }

  #note(json: JsonRpc): void {
    if (messageKind(json) !== "request") return;
    if (claimedVersion(json) !== undefined) this.#log.spoke(this.#target, "stdio", json);
    else if (json.method === "initialize") this.#log.opened("stdio", this.#target, "stdio", json);
  }

  #refuse(because: string): void {
    this.#log.refused("a line", because);
    this.#write(rpcErrorText("null", -32600, because));
  }

  /**
   * Sessions for a message. The envelope shows the era of a request, and `initialize` without one begins a session. Other
   * messages go to the era in use. A cancellation goes to both, because it only has the id of its request.
   */
  #sessionsFor({ json }: Message): ClientHandler[] {
    const isStateless = claimedVersion(json) !== undefined;
    if (isStateless) this.#stateless ??= this.#openStateless();
    const stateless = this.#stateless;
    if (!stateless || (json.method === "initialize" && !isStateless)) return [this.#client];
    if (json.method === "notifications/cancelled") return [stateless, this.#client];
    return [isStateless || this.#client.version === undefined ? stateless : this.#client];
  }

  #reply(isRequest: boolean): Reply {
    return this.#replyBy((text?: string) => {
      if (text !== undefined) this.#write(text);
      if (isRequest) this.#open--;
      this.#checkFinished();
    });
  }

  #batchReply(expected: number): Reply {
    const answers: string[] = [];
    let missing = expected;
    return this.#replyBy((text?: string) => {
      if (text !== undefined) answers.push(text);
      if (--missing > 0) return;
      if (answers.length > 0) this.#write(`[${answers.join(",")}]`);
      this.#open--;
      this.#checkFinished();
    });
  }

  #replyBy(settle: (text?: string) => void): Reply {
    return {
      push: (text) => this.#push(text),
      end: settle,
      fail: (error, id) => settle(rpcErrorText(id, error.rpc, stdioFailureText(error), error.data)),
      drop: () => settle(),
    };
  }

  #checkFinished(): void {
    if (this.#inputEnded && this.#open === 0) this.#finished.resolve();
  }

  /** Sends a notification, unless the client has too much unread output. */
  #push(text: string): void {
    if (this.#options.output.writableLength < mostUnread) this.#write(text);
  }

  /** Sends a message. Ends the connection if the client does not read. */
  #write(text: string): void {
    const { output } = this.#options;
    if (output.writableLength > mostUnreadAnswers) return this.#finished.resolve();
    output.write(`${text}\n`);
  }
}

const notMessage = "Not a JSON-RPC 2.0 message";

/** Requests and invalid messages get a response. */
function hasAnswer(json: JsonRpc): boolean {
  const kind = messageKind(json);
  return kind === "request" || kind === "invalid";
}

/** Why a batch is refused as a whole. `version` is the negotiated protocol version. */
function refusedBatch(messages: readonly Message[], version: string | undefined): string | undefined {
  if (version !== "2025-03-26") return "Batches are part of protocol version 2025-03-26 only";
  if (messages.some(({ json }) => json.method === "initialize"))
    return "initialize must not be part of a batch";
  return messages.map(scanOrRefuse).find((because) => because !== undefined);
}

/** Answers every request with one error, for a client whose server does not exist (gateway.md, *gateway-stdio*). */
export async function refuseAll(input: Readable, output: Writable, error: GatewayError): Promise<void> {
  let answered = false;
  const answer = (id: string) => {
    answered = true;
    output.write(`${rpcErrorText(id, error.rpc, stdioFailureText(error))}\n`);
  };
  const reader = new LineReader({
    line: (text) => {
      const json = parseJson(text);
      if (json === undefined) output.write(`${rpcErrorText("null", -32700, "Parse error: invalid JSON")}\n`);
      if (isObject(json) && isId(json["id"])) answer(idAsWritten({ text, json }, ["id"], json["id"]));
    },
    oversize: () => answer("null"),
  });
  for await (const chunk of input) reader.push(chunk as Buffer);
  reader.end();
  if (!answered) answer("null");
}

function stdioFailureText(error: GatewayError): string {
  if (error.code === "server-not-found" && !error.message.endsWith("in catalog"))
    return `${error.message} in catalog`;
  return error.code === "start-failed" ? `Failed to connect to server: ${error.message}` : error.message;
}
