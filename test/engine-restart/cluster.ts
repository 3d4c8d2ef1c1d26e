/**
 * The API server of a cluster is killed and comes back. The operator goes on, and so do the gateway's servers. This is
 * not a test of `npm test`, because those share the cluster. Run `npm run test:engine-restart` while nothing else uses
 * the cluster.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { clusterImage, withoutKubernetes } from "../support/engines.ts";
import { startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { OperatorStage } from "../support/operator.ts";
import { isAlive, until } from "../support/until.ts";

/** File with the API server's process id, and the program that starts it again. The environment names both. */
const pidFile = process.env["TEST_KUBE_API_PID_FILE"] ?? "";
const starter = process.env["TEST_KUBE_STARTER"] ?? "";
const skip =
  withoutKubernetes ||
  (pidFile === "" || starter === ""
    ? "no API server that may be ended: TEST_KUBE_API_PID_FILE and TEST_KUBE_STARTER are not set"
    : false);

let stage: OperatorStage;

before(async () => {
  if (!skip) stage = await OperatorStage.open("operator-restart-test.agent-hellboy.io");
});

after(async () => {
  if (!skip) await stage.remove();
});

const begin = () => promisify(execFile)(starter, []);

async function end(): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8"));
  process.kill(pid, "SIGKILL");
  await until("the API server has ended", async () => !(await isAlive(pid)));
}

test("the operator and a Job's server survive when the API server is killed and started again during use", {
  skip,
  timeout: 170_000,
}, async (t) => {
  t.after(begin);
  const operator = await stage.startOperator(t);
  await stage.applyServer("outlasts", { image: "none", replicas: 0 });
  await stage.says("outlasts", /^Ready/);
  const command = ["node", "/servers/echo.ts"];
  const runtime = { type: "k8s-job", namespace: stage.namespace, image: clusterImage, command };
  const gateway = await startGateway(t, [{ id: "job", runtime }]);
  const client = await McpClient.open(gateway.url, "job");
  assert.equal(await client.callTool("echo", { before: 1 }), '{"before":1}');

  await end();
  await until("the operator has noticed", async () =>
    /watch of .* failed|does not answer|ECONNREFUSED/.test(operator.log()),
  );
  await begin();

  await stage.applyServer("outlasts", { image: "none", replicas: 0, servicePort: 81 });
  const port = async () => (await stage.find("Service", "outlasts"))?.spec.ports[0].port;
  await until("the operator has followed the change", async () => (await port()) === 81, 60_000);
  const answer = await until(
    "the Job's server answers",
    () => client.callTool("echo", { after: 1 }).catch(() => undefined),
    60_000,
  );
  assert.equal(answer, '{"after":1}');
  assert.equal(await operator.stop(), 0);
});
