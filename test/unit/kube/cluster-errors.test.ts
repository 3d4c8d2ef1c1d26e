/** Tests the errors of a cluster as texts for people. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterErrorText, httpStatusOf, streamErrorText } from "../../../src/kube/cluster-errors.ts";

const server = "https://10.0.0.1:6443";

/**
 * An error as the library throws it. The `body` has the status of the cluster as a text, and the message has the
 * complete answer.
 */
function refusal(code: number, message: string): Error {
  const body = JSON.stringify({ kind: "Status", message });
  return Object.assign(new Error(`HTTP-Code: ${code}\nMessage: x\nBody: ${body}\nHeaders: {}`), {
    code,
    body,
  });
}

test("the error has the cluster's own message, which names a missing right or a quota", () => {
  const forbidden = 'jobs.batch is forbidden: User "ada" cannot create resource "jobs" in the namespace "a"';
  assert.equal(clusterErrorText(refusal(403, forbidden), server), forbidden);
  assert.equal(
    clusterErrorText(refusal(401, "Unauthorized"), server),
    `the cluster at ${server} rejected the credentials: Unauthorized`,
  );
});

test("a cluster that does not answer is named", () => {
  const error = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:6443"), { code: "ECONNREFUSED" });
  assert.equal(
    clusterErrorText(error, server),
    `the cluster does not answer at ${server}: connect ECONNREFUSED 10.0.0.1:6443`,
  );
});

test("the error of a stream that could not be opened contains only the message, and never the key beside it", () => {
  const event = (message: string) => ({ type: "error", message, target: { key: "PRIVATE KEY" } });
  const forbidden = event("Unexpected server response: 403");
  assert.equal(httpStatusOf(forbidden), 403);
  assert.match(
    streamErrorText(forbidden, "attach", server),
    /permission to create pods\/attach .* is missing/,
  );
  for (const message of ["Unexpected server response: 500", "socket hang up", ""])
    assert.doesNotMatch(streamErrorText(event(message), "attach", server), /PRIVATE|object/);
});
