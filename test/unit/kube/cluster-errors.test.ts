/** What went wrong with a cluster, as people read it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterErrorText, statusOf, streamErrorText } from "../../../src/kube/cluster-errors.ts";

const server = "https://10.0.0.1:6443";

/** As the library throws: the cluster's status is a text in `body`, and the message holds all of the answer. */
function refusal(code: number, message: string): Error {
  const body = JSON.stringify({ kind: "Status", message });
  return Object.assign(new Error(`HTTP-Code: ${code}\nMessage: x\nBody: ${body}\nHeaders: {}`), {
    code,
    body,
  });
}

test("the cluster's own words, which name a missing right and a quota", () => {
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

test("of a stream that could not be opened only the message is told, never the key beside it", () => {
  const event = (message: string) => ({ type: "error", message, target: { key: "PRIVATE KEY" } });
  const forbidden = event("Unexpected server response: 403");
  assert.equal(statusOf(forbidden), 403);
  assert.match(
    streamErrorText(forbidden, "attach", server),
    /permission to create pods\/attach .* is missing/,
  );
  for (const message of ["Unexpected server response: 500", "socket hang up", ""])
    assert.doesNotMatch(streamErrorText(event(message), "attach", server), /PRIVATE|object/);
});
