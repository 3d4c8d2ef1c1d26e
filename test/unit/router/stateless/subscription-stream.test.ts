/** Tests a subscription: confirmed first, then notifications in order under the id of its request, until its end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMessage } from "../../../../src/jsonrpc/message.ts";
import { InFlightRequests } from "../../../../src/router/in-flight-requests.ts";
import { FrontEndRequest } from "../../../../src/router/request-context.ts";
import { filterOf, SubscriptionStream } from "../../../../src/router/stateless/subscription-stream.ts";
import { message } from "../../fakes.ts";

const key = "io.modelcontextprotocol/subscriptionId";
const changed = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

class Recorded {
  readonly pushed: string[] = [];
  readonly ends: string[] = [];
  drops = 0;

  push(text: string): void {
    this.pushed.push(text);
  }

  end(text: string): void {
    this.ends.push(text);
  }

  fail(): never {
    throw new Error("does not fail");
  }

  drop(): void {
    this.drops++;
  }
}

function listening(id = '"a"') {
  const request = parseMessage(`{"jsonrpc":"2.0","id":${id},"method":"subscriptions/listen"}`);
  assert.ok(request);
  const reply = new Recorded();
  const inFlight = new InFlightRequests().begin(request, new FrontEndRequest({ reply }));
  assert.ok(inFlight);
  return { subscription: new SubscriptionStream(inFlight), inFlight, reply };
}

const methods = (texts: string[]) => texts.map((text) => JSON.parse(text).method);

test("no notification comes before the confirmation, and earlier ones come directly after it", () => {
  const { subscription, reply } = listening();
  subscription.push(changed);
  subscription.push(changed.replace("tools", "prompts"));
  assert.deepEqual(reply.pushed, []);
  subscription.acknowledge({ toolsListChanged: true });
  subscription.push(changed.replace("tools", "resources"));
  assert.deepEqual(methods(reply.pushed), [
    "notifications/subscriptions/acknowledged",
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
  ]);
  assert.deepEqual(JSON.parse(reply.pushed[0] ?? "").params, {
    notifications: { toolsListChanged: true },
    _meta: { [key]: "a" },
  });
  subscription.acknowledge({});
  assert.equal(reply.pushed.length, 4);
});

test("every notification has the id as the client wrote it, and is otherwise unchanged", () => {
  for (const id of ['"1"', "1", "12345678901234567891", "1.5", '"\\u00e4"']) {
    const { subscription, reply } = listening(id);
    subscription.acknowledge({});
    subscription.push('{"method":"m","params":{"n":1.0,"_meta":{"x":1}}}');
    subscription.end();
    const written = id === '"\\u00e4"' ? '"ä"' : id;
    assert.ok(reply.pushed[0]?.includes(`"${key}":${written}`), reply.pushed[0]);
    assert.equal(reply.pushed[1], `{"method":"m","params":{"n":1.0,"_meta":{"${key}":${written},"x":1}}}`);
    assert.equal(
      reply.ends[0],
      `{"jsonrpc":"2.0","id":${written},"result":{"resultType":"complete","_meta":{"${key}":${written}}}}`,
    );
  }
});

test("a subscription ends once, and sends nothing after its end", () => {
  for (const [first, second] of [
    ["end", "drop"],
    ["drop", "end"],
  ] as const) {
    const { subscription, inFlight, reply } = listening();
    const endings = { end: () => subscription.end(), drop: () => inFlight.drop() };
    subscription.push(changed);
    endings[first]();
    endings[second]();
    subscription.acknowledge({});
    subscription.push(changed);
    assert.deepEqual([reply.pushed, reply.ends.length + reply.drops], [[], 1]);
    assert.equal(reply.drops, first === "drop" ? 1 : 0);
  }
});

test("only valid parts of a subscription are requested", () => {
  const asks = (params: unknown) => filterOf(message({ id: 1, method: "subscriptions/listen", params }));
  assert.deepEqual(
    asks({
      notifications: {
        toolsListChanged: true,
        promptsListChanged: "true",
        resourcesListChanged: false,
        resourceSubscriptions: ["a", 5],
        odd: true,
      },
    }),
    { toolsListChanged: true, resourceSubscriptions: ["a", "5"] },
  );
  for (const params of [undefined, {}, { notifications: [] }, { notifications: "all" }, []])
    assert.deepEqual(asks(params), {});
});

test("of very many or very long URIs only the first are subscribed, and the client is notified which", () => {
  const urisOf = (resourceSubscriptions: string[]) =>
    filterOf(
      message({
        id: 1,
        method: "subscriptions/listen",
        params: { notifications: { resourceSubscriptions } },
      }),
    ).resourceSubscriptions;
  const many = Array.from({ length: 20_000 }, (_, n) => `item://${n}`);
  assert.deepEqual(urisOf(many), many.slice(0, 10_000));
  const long = [1, 2, 3].map((n) => `item://${n}/${"x".repeat(1_500_000)}`);
  assert.deepEqual(urisOf(long), long.slice(0, 2));
});
