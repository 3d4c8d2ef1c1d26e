/** What the operator is told by its environment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasStaleCredentials } from "../../../../src/platform/operator/settings.ts";

test("credentials of another version than the operator is to have are stale", () => {
  assert.equal(hasStaleCredentials({}), false);
  const wanted = { MCP_REGISTRY_VERSION: "b" };
  assert.equal(hasStaleCredentials({ ...wanted, PROVISIONED_REGISTRY_VERSION: "b" }), false);
  assert.equal(hasStaleCredentials({ ...wanted, PROVISIONED_REGISTRY_VERSION: "a" }), true);
  assert.equal(hasStaleCredentials(wanted), true);
});
