/** Tests that tasks keep their owners, however many tasks another client begins. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskAndUrlOwners } from "../../../src/backend/task-and-url-owners.ts";
import { FakeClient, message } from "../fakes.ts";

function client(principal: string): FakeClient {
  return Object.assign(new FakeClient(), { principal });
}

const taskCreated = (taskId: string) => message({ id: 1, result: { task: { taskId } } });

test("a client that begins ten thousand tasks does not make the gateway forget the owners of other tasks", () => {
  const owners = new TaskAndUrlOwners();
  const [owner, flood] = [client("owner"), client("flood")];
  owners.recordResponse(owner, taskCreated("private"), undefined);
  for (let n = 0; n < 10_100; n++) owners.recordResponse(flood, taskCreated(`flood-${n}`), undefined);
  assert.equal(owners.mayUse(flood, "private"), false);
  assert.equal(owners.mayUse(owner, "private"), true);
});

test("a task of a client without a session belongs to the principal of the client", () => {
  const owners = new TaskAndUrlOwners();
  const stateless = (principal: string) => Object.assign(client(principal), { era: "stateless" as never });
  const response = message({ id: 1, result: { resultType: "task", taskId: "private" } });
  owners.recordResponse(stateless("owner"), response, undefined);
  assert.equal(owners.mayUse(stateless("owner"), "private"), true);
  assert.equal(owners.mayUse(stateless("another"), "private"), false);
  assert.equal(owners.mayUse(client("owner"), "private"), false);
});
