/** An attacker with push access to a public registry puts another image under the tag that a setup deploys. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { plannedOperator, setupSteps } from "../../src/platform/install/setup-plan.ts";
import { setupManifests } from "../support/platform-pods.ts";

const options = { group: "g.example", registryType: "docker", ingress: "traefik", forceIngress: false };
const digest = `sha256:${"1".repeat(64)}`;

test("images of a setup from other sources have a fixed digest", () => {
  const images = [...JSON.stringify(setupManifests()).matchAll(/"image":"([^"]+)"/g)].map(
    ([, image]) => image,
  );
  // The operator's image is built by the user of the setup, and the nodes of the cluster have it.
  const others = images.filter((image) => image !== "mcp-runtime-operator:latest");
  assert.equal(new Set(others).size, 2);
  for (const image of others) assert.match(image ?? "", /^[a-z]+:[\w.]+@sha256:[0-9a-f]{64}$/);
});

test("a pushed operator runs by its digest, whatever its tag means later", () => {
  const registry = { url: "https://r.example.com/team" };
  const found = { ingressClasses: [], registry, operatorDigest: digest };
  assert.equal(plannedOperator(options, found).image, `r.example.com/team/mcp-runtime-operator@${digest}`);
  const deployed = JSON.stringify(setupSteps(options, found)[3]?.manifests);
  assert.ok(!deployed.includes("mcp-runtime-operator:latest"));
});
