/** The stdio front end: one client, one server, one JSON-RPC message a line. Owns neither stream nor gateway. */

import type { Readable, Writable } from "node:stream";
import type { GatewayError } from "../../base/errors.ts";
import { LineReader } from "../../connection/line-codec.ts";
import { isId, isObject, kindOf, type Message, parseJson } from "../../connection/message.ts";
import { rpcErrorText, writtenAs } from "../../connection/messages.ts";
import type { Reply } from "../../router/reply.ts";
import type { Session, Target } from "../../router/session.ts";
import type { Core } from "../core.ts";

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Common clients give up on `initialize` after 3 s (protocol.md). */
  readonly initializeGraceMs: number;
}

export class StdioFrontEnd {
  readonly #options: StdioOptions;
  readonly #client: Session;
  readonly #finished = Promise.withResolvers<void>();
  #open = 0;
  #inputEnded = false;

  constructor(core: Core, target: Target, options: StdioOptions) {
    this.#options = options;
    const outlet = { push: (text: string) => this.#write(text) };
    this.#client = core.openSession(target, outlet, options.initializeGraceMs);
  }

  /** Serves until the input has ended and every request has its answer, or the client can no longer be reached. */
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
      this.#waitForBackend();
    });
    input.on("error", () => this.#onEnd(reader));
    input.on("end", () => this.#onEnd(reader));
    await this.#finished.promise;
  }

  close(): Promise<void> {
    this.#finished.resolve();
    return this.#client.close();
  }

  #onEnd(reader: LineReader): void {
    reader.end();
    this.#inputEnded = true;
    this.#checkFinished();
  }

  /** A backend that reads slower than the client writes slows the client down. */
  #waitForBackend(): void {
    const { congested } = this.#client;
    if (!congested) return;
    this.#options.input.pause();
    void congested.finally(() => this.#options.input.resume());
  }

  #onLine(text: string): void {
    const json = parseJson(text);
    if (json === undefined) return this.#write(rpcErrorText("null", -32700, "Parse error: invalid JSON"));
    if (!isObject(json)) return this.#write(rpcErrorText("null", -32600, "Not a JSON-RPC 2.0 message"));
    const message: Message = { text, json };
    const isRequest = kindOf(message.json) === "request";
    if (isRequest) this.#open++;
    this.#client.handle(message, this.#reply(isRequest));
  }

  #reply(isRequest: boolean): Reply {
    const settle = (text?: string) => {
      if (text !== undefined) this.#write(text);
      if (isRequest) this.#open--;
      this.#checkFinished();
    };
    return {
      push: (text) => this.#write(text),
      end: settle,
      fail: (error, id) => settle(rpcErrorText(id, error.rpc, stdioFailureText(error))),
      drop: () => settle(),
    };
  }

  #checkFinished(): void {
    if (this.#inputEnded && this.#open === 0) this.#finished.resolve();
  }

  #write(text: string): void {
    this.#options.output.write(`${text}\n`);
  }
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
      if (isObject(json) && isId(json["id"])) answer(writtenAs({ text, json }, ["id"], json["id"]));
    },
    oversize: () => answer("null"),
  });
  for await (const chunk of input) reader.push(chunk as Buffer);
  reader.end();
  if (!answered) answer("null");
}

function stdioFailureText(error: GatewayError): string {
  return error.code === "start-failed" ? `Failed to connect to server: ${error.message}` : error.message;
}
