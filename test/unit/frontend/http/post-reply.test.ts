/** Tests the answer to one POST where the answers to a batch are large. */

import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { PostReply } from "../../../../src/frontend/http/post-reply.ts";
import type { StreamableHttpSession } from "../../../../src/frontend/http/streamable-http-session.ts";
import { resultText } from "../../../../src/jsonrpc/encode.ts";

test("the answers to a batch are kept up to a bound, and a larger answer is reported as an error under its id", () => {
  let body = "";
  const response = {
    destroyed: false,
    setHeader: () => undefined,
    writeHead: () => response,
    end: (text: string) => {
      body = text;
    },
  };
  const session = { opened: () => undefined, closed: () => undefined, answered: () => undefined };
  const options = { expected: 4, batch: true, acceptsStream: false, opens: false };
  const reply = new PostReply(
    session as unknown as StreamableHttpSession,
    response as unknown as ServerResponse,
    options,
    () => undefined,
  );
  const large = JSON.stringify("x".repeat(30_000_000));
  for (const id of ["1", '"two"', "3"]) reply.end(resultText(id, large));
  reply.end(resultText("4", "{}"));
  const answers = JSON.parse(body) as { id: unknown; error?: { message: string } }[];
  assert.deepEqual(
    answers.map(({ id, error }) => [id, error?.message]),
    [
      [1, undefined],
      ["two", undefined],
      [3, "The answers to the batch are longer than 64 MiB: send this request alone"],
      [4, undefined],
    ],
  );
});
