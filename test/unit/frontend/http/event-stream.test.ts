import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { EventStream } from "../../../../src/frontend/http/event-stream.ts";

/** A response whose reader can be made slow, which a real socket does not do on command. */
class FakeResponse extends EventEmitter {
  text = "";
  ended = false;
  writableLength = 0;
  slow = false;

  write(text: string): boolean {
    this.text += text;
    if (this.slow) this.writableLength += text.length;
    return !this.slow;
  }

  end(): void {
    this.ended = true;
  }

  drain(): void {
    this.writableLength = 0;
    this.emit("drain");
  }

  get data(): string[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => data);
  }
}

function reader(): FakeResponse & ServerResponse {
  return new FakeResponse() as FakeResponse & ServerResponse;
}

test("events that come before there is a reader wait for a reader", () => {
  const stream = new EventStream("0");
  stream.push("a");
  const response = reader();
  stream.attach(response);
  stream.push("b");
  assert.equal(response.text, "id: 0-1\ndata: a\n\nid: 0-2\ndata: b\n\n");
});

test("a new reader gets the events that the last reader was not sent, or with an event id all events after it", () => {
  const stream = new EventStream("7");
  const first = reader();
  stream.attach(first);
  stream.push("a");
  stream.push("b");
  first.emit("close");
  stream.push("c");
  const second = reader();
  stream.attach(second);
  assert.deepEqual(second.data, ["c"]);
  const third = reader();
  stream.attach(third, 1);
  assert.deepEqual(third.data, ["b", "c"]);
});

test("an earlier reader stays open, gets nothing meanwhile, and continues when the later reader has closed", () => {
  const stream = new EventStream("0");
  const [first, second] = [reader(), reader()];
  stream.attach(first);
  stream.attach(second);
  stream.push("a");
  assert.deepEqual([first.ended, first.data, second.data], [false, [], ["a"]]);
  stream.keepAlive();
  assert.match(first.text, /keep-alive/);
  second.emit("close");
  stream.push("b");
  assert.deepEqual([first.data, second.data], [["b"], ["a"]]);
  stream.end();
  assert.equal(first.ended, true);
});

test("over a bound the longest-waiting reader is closed, and the end of the stream closes all readers", () => {
  const stream = new EventStream("0");
  const readers = Array.from({ length: 11 }, reader);
  for (const one of readers) stream.attach(one);
  assert.deepEqual(
    readers.map(({ ended }) => ended),
    [true, true, ...Array(9).fill(false)],
  );
  readers[3]?.emit("close");
  stream.end();
  assert.equal(readers.filter(({ ended }) => ended).length, 10);
});

test("a stream is over for a reader that has received its last event, and only then", () => {
  const stream = new EventStream("3");
  stream.push("a");
  stream.push("b");
  assert.equal(stream.isOverAfter(2), false);
  stream.end();
  assert.deepEqual([stream.isOverAfter(1), stream.isOverAfter(2)], [false, true]);
});

test("the response ends after the last event, also for a reader that comes later", () => {
  const stream = new EventStream("1");
  stream.push("answer");
  stream.end();
  const response = reader();
  stream.attach(response);
  assert.deepEqual([response.data, response.ended], [["answer"], true]);
  const again = reader();
  stream.attach(again, 0);
  assert.deepEqual([again.data, again.ended], [["answer"], true]);
});

test("a slow reader holds up the stream but does not fill the memory, because the oldest events are dropped and the newest stay", () => {
  const stream = new EventStream("0");
  const response = reader();
  response.slow = true;
  stream.attach(response);
  const event = (n: number) => `${n}:${"x".repeat(999_998)}`;
  for (let n = 1; n <= 100; n++) stream.push(event(n));
  assert.ok(response.text.length < 2_100_000, `${response.text.length} characters went to the socket`);
  stream.end();
  response.slow = false;
  response.drain();
  const numbers = response.data.map((data) => Number(data.split(":")[0]));
  assert.equal(numbers.at(-1), 100);
  assert.ok(numbers.length < 20, `${numbers.length} events were kept`);
  assert.equal(response.ended, true);
});

test("one event larger than all bounds is kept for the next reader", () => {
  const stream = new EventStream("0");
  const huge = "x".repeat(20_000_000);
  stream.push("small");
  stream.push(huge);
  const response = reader();
  stream.attach(response);
  assert.equal(response.data.at(-1)?.length, huge.length);
});
