/** How Pods get their images: from a registry that asks for a password, by the Secrets of `image_pull_secrets`. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import { JobRuntime } from "../../src/runtime/kube/job-runtime.ts";
import { formatOwner, thisOwner } from "../../src/runtime/local/process-marker.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import {
  clusterImage,
  push,
  registries,
  testNamespace,
  withoutKubernetes,
  withoutRegistries,
} from "../support/engines.ts";
import { Probe } from "./probe.ts";

const runtime = new JobRuntime(formatOwner(thisOwner()));
const space: { cluster?: Cluster; namespace: string; remove?: () => Promise<void> } = { namespace: "" };
const skip = withoutKubernetes || withoutRegistries;
// For a tag `latest` nodes ask the registry each time.
const image = `${registries.guarded}/team/mcp-fixtures:latest`;

function launch(...secrets: string[]): Launch {
  const runtimeConfig = {
    type: "k8s-job" as const,
    namespace: space.namespace,
    image,
    command: ["node", "/servers/echo.ts"],
    ...(secrets.length > 0 && { image_pull_secrets: secrets }),
  };
  return {
    id: "guarded",
    runtime: runtimeConfig,
    env: {},
    baseDir: "/",
    redact: (text) => text,
    hide: () => undefined,
  };
}

/** The Secret that `kubectl create secret docker-registry` makes. */
async function makeSecret(name: string, username: string, password: string): Promise<void> {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const config = JSON.stringify({ auths: { [registries.guarded]: { username, password, auth } } });
  await space.cluster?.core.createNamespacedSecret({
    namespace: space.namespace,
    body: {
      metadata: { name },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": config },
    },
  });
}

describe("images of a Job come from a registry with a password", { skip }, () => {
  before(async () => {
    await push(image, { username: "u", password: "p" }, clusterImage);
    space.cluster = await openCluster({}, import.meta.dirname);
    Object.assign(space, await testNamespace(space.cluster.core));
    await makeSecret("right", "u", "p");
    await makeSecret("wrong", "u", "not-the-password");
  });

  after(() => space.remove?.());

  const refused = (words: RegExp) => (error: Error) => {
    assert.match(
      error.message,
      /^image '.*' could not be pulled: the registry rejected the credentials \(image_pull_secrets\): /,
    );
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /not-the-password/);
    return true;
  };

  test("without a Secret, or with a wrong one, the reason names image_pull_secrets and has the engine's message", async () => {
    await assert.rejects(
      Probe.start(runtime, launch()),
      refused(/no basic auth credentials|unauthorized|401/),
    );
    await assert.rejects(
      Probe.start(runtime, launch("wrong")),
      refused(/authorization failed|unauthorized|401/),
    );
  });

  test("with the right Secret the server runs, also beside a wrong one", async () => {
    for (const secrets of [["right"], ["wrong", "right"]]) {
      const probe = await Probe.start(runtime, launch(...secrets));
      await probe.initialize();
      assert.equal(await probe.tool("echo", { pulled: true }), '{"pulled":true}');
      await probe.stop();
    }
  });
});
