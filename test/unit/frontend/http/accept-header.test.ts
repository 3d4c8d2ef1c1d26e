import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptedBy } from "../../../../src/frontend/http/accept-header.ts";

test("a type is accepted by its name, its kind or the wildcard, in any case", () => {
  for (const accept of [
    undefined,
    "text/event-stream",
    "application/json, TEXT/Event-Stream",
    "text/*",
    "*/*",
    "application/json;q=1, text/event-stream;q=0.5",
    "text/html , */* ; q=0.1",
    "text/event-stream;charset=utf-8",
  ])
    assert.equal(acceptedBy(accept).eventStream, true, accept);
});

test("a type that is not listed, or listed with q=0, is refused, and the most specific range decides", () => {
  for (const accept of [
    "",
    "application/json",
    "application/*",
    "text/event-stream;q=0",
    "text/event-stream; Q=0.0, */*",
    "*/*;q=0",
    "text/*;q=0, */*",
    "text/event-stream;q=nonsense",
    "text/event-streams",
  ])
    assert.equal(acceptedBy(accept).eventStream, false, accept);
});
