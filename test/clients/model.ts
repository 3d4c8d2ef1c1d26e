/**
 * A scripted model, for agent clients without an account. It calls the first tool whose name matches, once, then
 * answers that it is done. It supports the parts of Anthropic's, OpenAI's and Gemini's API that the clients need. It
 * records the requests.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";

// biome-ignore lint/suspicious/noExplicitAny: requests of four APIs, of which a few fields are read
type Body = any;

export interface ScriptedModel {
  readonly url: string;
  /** The tool that it called. Empty when no tool that was offered matched. */
  called: string;
  /** The result of the call, as JSON text. Empty before the result. */
  answered: string;
}

const args = { message: "from the model" };

/** It calls a tool whose name ends as in `pattern`. It ends with the test. */
export async function scriptedModel(t: TestContext, pattern: RegExp): Promise<ScriptedModel> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model: ScriptedModel = { url, called: "", answered: "" };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Body = parsed(await text(request));
    const path = request.url?.split("?")[0] ?? "";
    const api = apis.find(({ isFor }) => isFor.test(path));
    if (!api) return json(response, path.endsWith("/models") ? { object: "list", data: [], models: [] } : {});
    const { tools, result } = api.read(body);
    const tool = tools.find(({ name }) => pattern.test(name));
    if (result !== undefined) model.answered = JSON.stringify(result);
    const call = tool && result === undefined ? tool : undefined;
    if (call) model.called = call.name;
    const events = api.write(call);
    if (isStream(path, body)) return stream(response, events);
    json(response, api.whole(call));
  }
  return model;
}

interface Tool {
  readonly name: string;
  /** Some clients group the tools of a server. */
  readonly namespace?: string;
}

interface Api {
  readonly isFor: RegExp;
  /** The offered tools, and the result of a call, if there is one. */
  read(body: Body): { readonly tools: readonly Tool[]; readonly result: unknown };
  /** The answer as events. */
  write(call: Tool | undefined): readonly Body[];
  /** The answer in one piece. */
  whole(call: Tool | undefined): Body;
}

const usage = { input_tokens: 1, output_tokens: 1 };

const anthropic: Api = {
  isFor: /\/messages$/,
  read: ({ tools = [], messages = [] }) => ({
    tools,
    result: messages
      .flatMap(({ content }: Body) => (Array.isArray(content) ? content : []))
      .find(({ type }: Body) => type === "tool_result"),
  }),
  write(call) {
    const block = call
      ? { type: "tool_use", id: "toolu_1", name: call.name, input: {} }
      : { type: "text", text: "" };
    const delta = call
      ? { type: "input_json_delta", partial_json: JSON.stringify(args) }
      : { type: "text_delta", text: "DONE" };
    const message = { ...anthropic.whole(call), content: [], stop_reason: null };
    return [
      { type: "message_start", message },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: call ? "tool_use" : "end_turn" }, usage },
      { type: "message_stop" },
    ];
  },
  whole: (call) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "scripted",
    content: call
      ? [{ type: "tool_use", id: "toolu_1", name: call.name, input: args }]
      : [{ type: "text", text: "DONE" }],
    stop_reason: call ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage,
  }),
};

const chat: Api = {
  isFor: /\/chat\/completions$/,
  read: ({ tools = [], messages = [] }) => ({
    tools: tools.map((tool: Body) => tool.function),
    result: messages.find(({ role }: Body) => role === "tool"),
  }),
  write(call) {
    const { choices, usage: ofAll, ...base } = chat.whole(call);
    const [{ message, finish_reason }] = choices;
    const delta = { ...message, tool_calls: message.tool_calls?.map((one: Body) => ({ index: 0, ...one })) };
    const chunk = (more: Body) => ({ ...base, object: "chat.completion.chunk", ...more });
    // The usage comes once, at the end, as from OpenAI, because the client Continue stops at a chunk with usage.
    return [
      chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
      chunk({ choices: [{ index: 0, delta: {}, finish_reason }] }),
      chunk({ choices: [], usage: ofAll }),
      "[DONE]",
    ];
  },
  whole: (call) => ({
    id: "c1",
    object: "chat.completion",
    created: 1,
    model: "scripted",
    choices: [
      {
        index: 0,
        finish_reason: call ? "tool_calls" : "stop",
        message: {
          role: "assistant",
          content: call ? null : "DONE",
          ...(call && {
            tool_calls: [
              {
                id: "call_1",
                type: "function",
                function: { name: call.name, arguments: JSON.stringify(args) },
              },
            ],
          }),
        },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
};

const responses: Api = {
  isFor: /\/responses$/,
  read: ({ tools = [], input = [] }) => ({
    tools: tools.flatMap(({ type, name, tools: inner = [] }: Body) =>
      type === "namespace"
        ? inner.map((tool: Body) => ({ name: tool.name, namespace: name }))
        : [{ name: name ?? "" }],
    ),
    result: Array.isArray(input)
      ? input.find(({ type }: Body) => type === "function_call_output")
      : undefined,
  }),
  write(call) {
    const response = responses.whole(call);
    const [item] = response.output;
    return [
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response },
    ].map((event, sequence_number) => ({ ...event, sequence_number }));
  },
  whole: (call) => ({
    id: "resp_1",
    object: "response",
    created_at: 1,
    status: "completed",
    model: "scripted",
    output: [
      call
        ? {
            type: "function_call",
            id: "fc_1",
            call_id: "call_1",
            ...call,
            arguments: JSON.stringify(args),
            status: "completed",
          }
        : {
            type: "message",
            id: "m_1",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: "DONE", annotations: [] }],
          },
    ],
    usage: {
      ...usage,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    },
  }),
};

const gemini: Api = {
  isFor: /generateContent$/i,
  read: ({ tools = [], contents = [] }) => ({
    tools: tools.flatMap(({ functionDeclarations = [] }: Body) => functionDeclarations),
    result: contents
      .flatMap(({ parts = [] }: Body) => parts)
      .find(({ functionResponse }: Body) => functionResponse !== undefined),
  }),
  write: (call) => [gemini.whole(call)],
  whole: (call) => ({
    candidates: [
      {
        content: {
          role: "model",
          parts: [call ? { functionCall: { name: call.name, args } } : { text: "DONE" }],
        },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    modelVersion: "scripted",
  }),
};

const apis: readonly Api[] = [anthropic, chat, responses, gemini];

function isStream(path: string, body: Body): boolean {
  return body.stream === true || /streamGenerateContent$/.test(path);
}

function stream(response: ServerResponse, events: readonly Body[]): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const event of events) {
    const name = event.type === undefined ? "" : `event: ${event.type}\n`;
    response.write(`${name}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
  }
  response.end();
}

function json(response: ServerResponse, value: Body): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

function parsed(body: string): Body {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
