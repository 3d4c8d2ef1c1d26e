/** The steps of a set-up, depending on its options and on the state of the cluster. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  loginSecrets,
  loginsIn,
  newRegistryLogins,
  type RegistryLogins,
} from "../../../../src/platform/image-registry/registry-logins.ts";
import { provisionPlan } from "../../../../src/platform/install/provision-cluster.ts";
import { registryImage } from "../../../../src/platform/install/registry-manifests.ts";
import {
  type Found,
  type FoundClass,
  ingressStep,
  plannedOperator,
  type SetupOptions,
  type SetupStep,
  setupSteps,
} from "../../../../src/platform/install/setup-plan.ts";

const options: SetupOptions = {
  group: "mcp.agent-hellboy.io",
  registryType: "docker",
  ingress: "traefik",
  forceIngress: false,
};
const empty: Found = { ingressClasses: [] };

function kindsOf(options: SetupOptions, found: Found): string[][] {
  return setupSteps(options, found).map(({ manifests }) => manifests.map(({ kind }) => kind));
}

test("a new cluster gets all five steps", () => {
  const [base, ingress, registry, operator, verify] = kindsOf(options, empty);
  const policies = Array.from({ length: 9 }, () => "NetworkPolicy");
  assert.deepEqual(base, ["Namespace", "Namespace", "Namespace", ...policies, "CustomResourceDefinition"]);
  assert.ok(ingress?.includes("IngressClass"));
  const parts = ["ServiceAccount", "PersistentVolumeClaim", "Service", "Service", "Deployment"];
  assert.deepEqual(registry, parts);
  assert.ok(operator?.includes("Deployment"));
  assert.deepEqual(verify, []);
});

test("an existing ingress controller is used, the platform's own is kept up to date, and an installation can be forced", () => {
  const asked = { ingress: "traefik", ingressObjects: undefined, forceIngress: false };
  const installs = (ingressClasses: FoundClass[], more = {}) =>
    ingressStep({ ...asked, ...more }, { ingressClasses }).manifests.length > 0;
  const nginx = { name: "nginx", isOurs: false };
  assert.equal(installs([]), true);
  assert.equal(installs([nginx]), false);
  assert.equal(installs([nginx], { forceIngress: true }), true);
  // A second run updates a set-up that differs. A second run of the same set-up changes nothing.
  assert.equal(installs([{ name: "traefik", isOurs: true }]), true);
  assert.equal(installs([{ name: "traefik", isOurs: false }]), false);
  assert.equal(installs([], { ingress: "none" }), false);
  const step = ingressStep(asked, { ingressClasses: [nginx] });
  assert.match(step.note ?? "", /^the cluster has a controller already: IngressClass nginx; /);
});

test("an external registry replaces the platform's registry", () => {
  const registry = { url: "https://r.example.com/team", username: "u", password: "secret" };
  const steps = setupSteps(options, { ...empty, registry, registryVersion: "7" });
  assert.equal(steps[2]?.note, "External registry configured: https://r.example.com/team");
  assert.deepEqual(steps[2]?.manifests, []);
  const text = JSON.stringify(steps);
  assert.ok(text.includes("r.example.com/team/mcp-runtime-operator:latest"));
  assert.ok(!text.includes('secret"') && !text.includes(':"secret'), "the password is in a manifest");
  assert.ok(!text.includes("MCP_NODE_REGISTRY"), "nodes pull from the platform's registry");
  // An existing registry of the platform keeps its content.
  const found = { ...empty, registry, before: { registryImage: "registry:2.8.3" } };
  assert.ok(JSON.stringify(setupSteps(options, found)).includes("MCP_NODE_REGISTRY"));
  const registryStep = setupSteps(options, found)[2];
  assert.match(registryStep?.note ?? "", /^External registry configured/);
  assert.ok(
    JSON.stringify(registryStep?.manifests).includes("htpasswd"),
    "the registry stays open without a login",
  );
});

test("a pushed image of the operator is deployed by its digest, also when the next push fails", () => {
  const registry = { url: "http://r.example.com" };
  const digest = `sha256:${"1".repeat(64)}`;
  const image = `r.example.com/mcp-runtime-operator@${digest}`;
  const pushed = plannedOperator(options, { ...empty, registry, operatorDigest: digest });
  assert.deepEqual(pushed, { image, isOurs: true });
  const before = { operatorImage: image, chosenImage: image };
  assert.deepEqual(plannedOperator(options, { ...empty, registry, before }), { image, isOurs: true });
});

test("the logins of the registry are in Secrets only, and its Pod and the operator's Pod restart when the logins change", () => {
  const stepsWith = (registryLogins: RegistryLogins) => setupSteps(options, { ...empty, registryLogins });
  const logins = newRegistryLogins();
  const manifests = stepsWith(logins).flatMap((step) => step.manifests);
  const others = JSON.stringify(manifests.filter(({ kind }) => kind !== "Secret"));
  for (const { password, htpasswd } of Object.values(logins))
    for (const secret of [password, htpasswd])
      assert.ok(!others.includes(secret), "a manifest holds a login");
  const secrets = manifests.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata);
  assert.deepEqual(
    secrets.map(({ namespace, name }) => `${namespace}/${name}`),
    [
      "mcp-runtime/mcp-runtime-own-registry",
      "mcp-runtime/mcp-runtime-own-registry-pull",
      "registry/registry-logins",
    ],
  );
  const podsOf = (steps: readonly SetupStep[]) =>
    steps
      .flatMap((step) => step.manifests)
      .filter(({ kind, metadata }) => kind === "Deployment" && metadata.namespace !== "traefik")
      .map((manifest) => JSON.stringify(manifest));
  assert.deepEqual(podsOf(stepsWith(logins)), podsOf(stepsWith(logins)));
  const rotated = podsOf(stepsWith(newRegistryLogins()));
  for (const pod of podsOf(stepsWith(logins))) assert.ok(!rotated.includes(pod));
});

test("logins are read back as they were saved, and a partial login is not completed", () => {
  const logins = newRegistryLogins();
  const [saved] = loginSecrets(logins, "127.0.0.1:32000");
  const data = saved?.["data"] as Record<string, string>;
  assert.deepEqual(loginsIn(data), logins);
  assert.equal(loginsIn({ ...data, "pull-password": "" }), undefined);
  assert.equal(loginsIn({}), undefined);
});

test("the requested image overrides the provisioned one", () => {
  const registry = { url: "r.example.com", operatorImage: "r.example.com/op:1" };
  const imageOf = (more: Partial<SetupOptions>) =>
    setupSteps({ ...options, ...more }, { ...empty, registry })[3]?.note;
  assert.equal(imageOf({}), "image r.example.com/op:1");
  assert.equal(imageOf({ operatorImage: "op:2" }), "image op:2");
});

test("the options of an earlier set-up stay if no other option is given", () => {
  const before = {
    operatorImage: "r.example.com/op:1",
    defaultHost: "mcp.example.com",
    pullSecretName: "ours",
    registryImage: "r.example.com/registry:2",
    registryStorage: "50Gi",
  };
  const textOf = (more: Partial<SetupOptions>, found: Partial<Found> = {}) =>
    JSON.stringify(setupSteps({ ...options, ...more }, { ...empty, before, ...found }));
  for (const value of Object.values(before)) assert.ok(textOf({}).includes(`"${value}"`), value);
  const changed = { operatorImage: "op:2", defaultHost: "", registryImage: "other", registryStorage: "60Gi" };
  const text = textOf(changed);
  assert.ok(text.includes('"op:2"') && text.includes('"other"') && text.includes('"60Gi"'));
  assert.ok(!text.includes("mcp.example.com"), "an empty host removes the earlier one");
  assert.ok(textOf({}, { before: { registryImage: "registry:1.0" } }).includes(`"${registryImage}"`));
  // An image that the user did not choose follows the registry.
  const registry = { url: "http://new.example.com" };
  const operatorImage = "old.example.com/mcp-runtime-operator:latest";
  const chosen = { operatorImage, chosenImage: operatorImage };
  const image = "new.example.com/mcp-runtime-operator:latest";
  assert.deepEqual(plannedOperator(options, { ...empty, registry, before: chosen }), { image, isOurs: true });
  const steps = setupSteps(options, { ...empty, registry, before: chosen });
  assert.ok(JSON.stringify(steps).includes(`/chosen-image":"${image}"`));
  // The user has chosen an image with the same name.
  for (const where of [{ registry }, {}]) {
    const named = { ...empty, ...where, before: { operatorImage } };
    assert.deepEqual(plannedOperator(options, named), { image: operatorImage, isOurs: false });
    assert.ok(!JSON.stringify(setupSteps(options, named)).includes("/chosen-image"));
  }
});

test("the operator may read the named pull Secret, and receives its name", () => {
  const steps = setupSteps({ ...options, pullSecretName: "ours" }, empty);
  const role = steps[3]?.manifests.find(({ kind }) => kind === "ClusterRole");
  assert.match(JSON.stringify(role), /"resourceNames":\["ours"\]/);
  const operator = steps[3]?.manifests.find(({ kind }) => kind === "Deployment");
  assert.match(JSON.stringify(operator), /\{"name":"PROVISIONED_REGISTRY_SECRET_NAME","value":"ours"\}/);
});

test("unsupported options are refused with the contract's messages", () => {
  assert.throws(() => setupSteps({ ...options, registryType: "harbor" }, empty), {
    message: 'unsupported registry type "harbor" (supported: docker; harbor coming soon)',
  });
  assert.throws(() => setupSteps({ ...options, ingress: "nginx" }, empty), /unsupported ingress "nginx"/);
});

test("a kind cluster is created, and for other providers the command is printed", () => {
  const asked = { nodes: 2, name: "try" };
  const kind = provisionPlan({ provider: "kind", ...asked });
  assert.ok(kind.kind === "run");
  assert.deepEqual(kind.args, ["create", "cluster", "--name", "try", "--config", "-"]);
  assert.match(kind.input, /- role: control-plane\n {2}- role: worker\n$/);
  for (const [provider, word] of Object.entries({ gke: "gcloud", eks: "eksctl", aks: "az aks" })) {
    const plan = provisionPlan({ provider, ...asked, region: "here" });
    assert.ok(plan.kind === "manual" && plan.command.startsWith(word) && plan.command.includes("here"));
  }
  assert.throws(() => provisionPlan({ provider: "x", ...asked }), { message: "unsupported provider: x" });
});
