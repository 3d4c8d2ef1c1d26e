/** Tests that tasks keep their owners, however many tasks another client begins. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskAndUrlOwners } from "../../../src/backend/task-and-url-owners.ts";
import { FakeClient, message } from "../fakes.ts";

function client(principal: string): FakeClient {
  return Object.assign(new FakeClient(), { principal });
}

const began = (taskId: string) => message({ id: 1, result: { task: { taskId } } });

test("a client that begins ten thousand tasks does not make the gateway forget the owners of other tasks", () => {
  const belongings = new TaskAndUrlOwners();
  const [owner, flood] = [client("owner"), client("flood")];
  belongings.recordResponse(owner, began("private"), undefined);
  for (let n = 0; n < 10_100; n++) belongings.recordResponse(flood, began(`flood-${n}`), undefined);
  assert.equal(belongings.mayUse(flood, "private"), false);
  assert.equal(belongings.mayUse(owner, "private"), true);
});

test("a task of a client without a session belongs to the principal of the client", () => {
  const belongings = new TaskAndUrlOwners();
  const stateless = (principal: string) => Object.assign(client(principal), { era: "stateless" as never });
  const response = message({ id: 1, result: { resultType: "task", taskId: "private" } });
  belongings.recordResponse(stateless("owner"), response, undefined);
  assert.equal(belongings.mayUse(stateless("owner"), "private"), true);
  assert.equal(belongings.mayUse(stateless("another"), "private"), false);
  assert.equal(belongings.mayUse(client("owner"), "private"), false);
});
