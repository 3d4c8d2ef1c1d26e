/** The pure parts of Jobs and Services of a cluster: manifests, reasons of a failed start, addresses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { jobErrorText, podState } from "../../../../src/kube/pod-errors.ts";
import { gatewayPod } from "../../../../src/runtime/kube/gateway-pod.ts";
import {
  type JobConfig,
  jobManifest,
  jobName,
  labelValue,
  ownerInLabel,
  ownerLabel,
  secretManifest,
} from "../../../../src/runtime/kube/job-manifests.ts";
import { insideUrl, podBehind, type ServiceConfig } from "../../../../src/runtime/kube/service-target.ts";

const config: JobConfig = { type: "k8s-job", namespace: "mcp", image: "team/server:1" };
const around = { entryId: "notes", owner: "1:2:3", machine: "host", env: { "A.B": "hush" }, mark: "00ff" };

test("a Job is isolated by default", () => {
  const { spec } = jobManifest(config, around);
  const pod = spec?.template.spec;
  assert.deepEqual(
    [spec?.backoffLimit, pod?.restartPolicy, pod?.enableServiceLinks, pod?.automountServiceAccountToken],
    [0, "Never", false, false],
  );
  assert.deepEqual(pod?.securityContext, { seccompProfile: { type: "RuntimeDefault" } });
  const [container] = pod?.containers ?? [];
  assert.deepEqual(container?.securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  });
  assert.deepEqual([container?.stdin, container?.stdinOnce, container?.resources], [true, false, undefined]);
});

test("the options of an entry are in its Job", () => {
  const job = jobManifest(
    {
      ...config,
      command: ["node"],
      args: ["a", "$(A) $$ $B"],
      service_account: "reader",
      run_as_non_root: true,
      resources: { limits: { memory: "1Gi" } },
      image_pull_secrets: ["login"],
      ttl_seconds_after_finished: 0,
    },
    around,
  );
  const pod = job.spec?.template.spec;
  assert.equal(job.spec?.ttlSecondsAfterFinished, 0);
  assert.deepEqual([pod?.serviceAccountName, pod?.automountServiceAccountToken], ["reader", true]);
  assert.deepEqual(pod?.imagePullSecrets, [{ name: "login" }]);
  assert.equal(pod?.securityContext?.runAsNonRoot, true);
  const { command, args, resources } = pod?.containers[0] ?? {};
  assert.deepEqual(
    { command, args, resources },
    // Kubernetes would expand the first two.
    { command: ["node"], args: ["a", "$$(A) $$$$ $$B"], resources: { limits: { memory: "1Gi" } } },
  );
});

test("values of env are in the Secret only, and without values there is no Secret", () => {
  assert.ok(!JSON.stringify(jobManifest(config, around)).includes("hush"));
  assert.deepEqual(secretManifest(config, around)?.stringData, { "env-0": "hush" });
  assert.equal(secretManifest(config, { ...around, env: {} }), undefined);
});

test("names and labels are valid in a cluster", () => {
  assert.equal(jobName(around), "mcp-notes-00ff");
  const long = jobName({ entryId: `${"a".repeat(39)}-b`, mark: "00112233" });
  assert.equal(long, `mcp-${"a".repeat(39)}-00112233`);
  assert.equal(ownerInLabel(ownerLabel("1:2:3")), "1:2:3");
  assert.equal(labelValue("Ada's Mac.local."), "Ada-s-Mac.local");
});

test("the reason why a Pod does not start, and how it ended, is reported", () => {
  const pod = (state: object) => podState({ status: { containerStatuses: [{ state } as never] } });
  const waiting = (reason: string, message = "") => pod({ waiting: { reason, message } });
  assert.deepEqual(waiting("ContainerCreating"), { kind: "waiting" });
  const early = waiting("CreateContainerConfigError", "failed to sync secret cache: timed out");
  assert.deepEqual(early, { kind: "waiting" });
  const stuck = {
    "rejected the credentials": waiting("ErrImagePull", "pull access denied: authorization failed"),
    "is not in its registry": waiting("ErrImagePull", "manifest unknown: not found"),
    "does not answer": waiting("ImagePullBackOff", "dial tcp: connection refused"),
    "is not a valid image name": waiting("InvalidImageName"),
    "cannot be created: no such": waiting("CreateContainerError", "no\nsuch"),
  };
  for (const [reason, state] of Object.entries(stuck))
    assert.ok(
      state.kind === "stuck" && state.because.includes(reason),
      `${reason}: ${JSON.stringify(state)}`,
    );
  const ended = (terminated: object) => pod({ terminated });
  assert.deepEqual(ended({ exitCode: 3 }), { kind: "ended", because: "exited with code 3" });
  assert.match(JSON.stringify(ended({ exitCode: 137, reason: "OOMKilled" })), /more memory than its limit/);
  const evicted = podState({ status: { phase: "Failed", reason: "Evicted", message: "low on disk" } });
  assert.deepEqual(evicted, { kind: "ended", because: "its Pod ended: Evicted: low on disk" });
  const unscheduled = { type: "PodScheduled", status: "False", message: "0/1 nodes: Insufficient cpu" };
  assert.deepEqual(podState({ status: { conditions: [unscheduled] } }), {
    kind: "waiting",
    because: "its Pod cannot be scheduled: 0/1 nodes: Insufficient cpu",
  });
});

test("the reason why a Job has no Pod is reported", () => {
  const event = (reason: string, message: string) => ({ reason, message, metadata: {}, involvedObject: {} });
  assert.equal(jobErrorText([event("SuccessfulCreate", "made")]), undefined);
  assert.match(
    jobErrorText([event("FailedCreate", "exceeded quota: full")]) ?? "",
    /cannot create its Pod: .*exceeded quota/,
  );
});

const service: ServiceConfig = { type: "k8s-service", namespace: "mcp", service_name: "notes", port: 80 };

test("inside the cluster a Service is reached by its name", () => {
  assert.equal(insideUrl(service), "http://notes.mcp.svc:80/mcp");
  assert.equal(insideUrl({ ...service, scheme: "https", path: "/x" }), "https://notes.mcp.svc:80/x");
});

test("outside the cluster a ready Pod behind the right port is chosen", () => {
  const made = {
    spec: {
      ports: [
        { name: "web", port: 80 },
        { name: "admin", port: 81 },
      ],
    },
  };
  const address = (name: string) => ({ ip: "10.0.0.9", targetRef: { kind: "Pod", name } });
  const ports = [
    { name: "admin", port: 9000 },
    { name: "web", port: 8080 },
  ];
  assert.deepEqual(podBehind(service, made, { subsets: [{ addresses: [address("a")], ports }] }), {
    namespace: "mcp",
    pod: "a",
    port: 8080,
  });
  const notReady = { subsets: [{ notReadyAddresses: [address("a")], ports }] };
  assert.equal(podBehind(service, made, notReady), "no Pod of the Service 'notes' is ready");
  assert.throws(() => podBehind({ ...service, port: 82 }, made, {}), {
    message: "the Service 'notes' has no port 82 (it has 80, 81)",
  });
});

test("objects that a gateway in a Pod creates in its own namespace are owned by the Pod, and elsewhere they cannot be", () => {
  const env = {
    MCP_GATEWAY_POD_NAMESPACE: "here",
    MCP_GATEWAY_POD_NAME: "gateway-1",
    MCP_GATEWAY_POD_UID: "u-1",
  };
  const pod = gatewayPod(env);
  assert.deepEqual(pod, { namespace: "here", name: "gateway-1", uid: "u-1" });
  for (const name of Object.keys(env)) assert.equal(gatewayPod({ ...env, [name]: "" }), undefined);
  const around = { entryId: "a", owner: "1:2:3", machine: "m", env: { A: "1" }, mark: "0a", pod };
  const owners = (namespace: string) => {
    const config: JobConfig = { type: "k8s-job", namespace, image: "i" };
    return [jobManifest(config, around), secretManifest(config, around)].map(
      (manifest) => manifest?.metadata?.ownerReferences,
    );
  };
  const owner = { apiVersion: "v1", kind: "Pod", name: "gateway-1", uid: "u-1" };
  assert.deepEqual(owners("here"), [[owner], [owner]]);
  assert.deepEqual(owners("elsewhere"), [undefined, undefined]);
});
