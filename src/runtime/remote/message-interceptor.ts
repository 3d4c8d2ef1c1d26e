/**
 * Reads the messages out of HTTP bodies before the SDK's transport sees them. The SDK parses by strict schemas: it
 * drops a message with an unknown top-level field, and big integers lose digits. So the original text is taken here.
 * The SDK gets a stub with what it needs: that an answer came, and its event id. Pure streams: opens no connection.
 */

import { errorForOversizeLine, LineReader, maxLineBytes, parseMessages } from "../../jsonrpc/line-reader.ts";
import { isId, type Message, messageKind } from "../../jsonrpc/message.ts";

export interface InterceptorListener {
  message(message: Message): void;
  /** A text that is not a message, for the log. */
  noise(line: string): void;
  /** An event with an id and without data: the stream can be resumed after it (SEP-1699). */
  primed?(): void;
}

/** A body that should have been a message. */
export class NotAMessageError extends Error {
  readonly body: string;

  constructor(body: string) {
    super("the server's answer is not a JSON-RPC message");
    this.body = body;
  }
}

const stubName = "open-mcp-gateway/stub";

/** Whether a message from the SDK is a stub, whose original was taken here already. */
export function isStub(message: object): boolean {
  if ("method" in message) return message.method === stubName;
  return (
    "result" in message &&
    typeof message.result === "object" &&
    message.result !== null &&
    stubName in message.result
  );
}

/**
 * The stub for the messages of one event. The stub of an answer is an answer, because it ends the SDK's wait on its
 * stream.
 */
function stubFor(messages: readonly Message[]): string {
  const answer = messages.find(({ json }) => messageKind(json) === "response" && isId(json.id));
  if (!answer) return JSON.stringify({ jsonrpc: "2.0", method: stubName });
  return JSON.stringify({ jsonrpc: "2.0", id: answer.json.id, result: { [stubName]: true } });
}

/**
 * Reads the whole JSON body that answers a request: emits its messages, returns the text for the SDK. Rejects when it
 * is over the limit or not JSON-RPC, so that the request fails and does not hang.
 */
export async function interceptJson(
  body: AsyncIterable<Buffer>,
  tapped: Pick<InterceptorListener, "message">,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxLineBytes)
      throw new Error(`the server's answer is larger than ${maxLineBytes / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const messages = parseMessages(text);
  if (!messages) throw new NotAMessageError(text);
  for (const message of messages) tapped.message(message);
  return "[]";
}

/** Reads an event stream: emits the messages of its events, yields the same stream with stubs in their place. */
export async function* tapEvents(
  body: AsyncIterable<Buffer>,
  tapped: InterceptorListener,
): AsyncGenerator<Buffer> {
  let out: string[] = [];
  const event = new EventText(tapped);
  const lines = new LineReader(
    {
      line: (line) => event.line(line, out),
      oversize: (bytes, head, tail) => event.oversize(bytes, head, tail),
    },
    { emptyLines: true },
  );
  for await (const chunk of body) {
    lines.push(chunk);
    if (out.length === 0) continue;
    yield Buffer.from(out.join(""));
    out = [];
  }
}

/** The event being read (HTML, *Server-sent events*). */
class EventText {
  readonly #tapped: InterceptorListener;
  #data: string[] = [];
  #type = "message";
  #hasId = false;

  constructor(tapped: InterceptorListener) {
    this.#tapped = tapped;
  }

  line(line: string, out: string[]): void {
    if (line === "") this.#finish(out);
    else if (line.startsWith("data:")) this.#data.push(line.slice(line[5] === " " ? 6 : 5));
    else if (!line.startsWith(":")) this.#field(line, out);
  }

  oversize(bytes: number, head: string, tail: string): void {
    this.#tapped.noise(`dropped a message of ${bytes} bytes`);
    const answer = errorForOversizeLine(head.replace(/^data: ?/, ""), tail);
    this.#data.push(answer?.text ?? "{}");
  }

  #field(line: string, out: string[]): void {
    if (line.startsWith("event:")) this.#type = line.slice(6).trim();
    if (/^id:\s*\S/.test(line)) this.#hasId = true;
    out.push(`${line}\n`);
  }

  #finish(out: string[]): void {
    const data = this.#data.join("\n");
    const isMessage = this.#type === "message" || this.#type === "";
    const isPriming = data === "" && this.#hasId;
    this.#data = [];
    this.#type = "message";
    this.#hasId = false;
    if (data !== "") out.push(`data: ${isMessage ? this.#take(data) : data}\n`);
    // The SDK ignores an event without any data, and with it the id to resume from.
    if (isPriming) out.push("data:\n");
    out.push("\n");
    if (isPriming) this.#tapped.primed?.();
  }

  #take(data: string): string {
    const messages = parseMessages(data);
    if (!messages) this.#tapped.noise(data);
    for (const message of messages ?? []) this.#tapped.message(message);
    return stubFor(messages ?? []);
  }
}
