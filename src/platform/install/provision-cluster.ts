/**
 * Creates a cluster with kind, or returns the command for another provider (platform.md, *CLI*, `cluster provision`).
 */

import { spawn } from "node:child_process";
import { stringify } from "yaml";
import { GatewayError } from "../../base/errors.ts";

export interface ProvisionOptions {
  readonly provider: string;
  readonly nodes: number;
  readonly name: string;
  readonly region?: string;
}

export type ProvisionPlan =
  /** `input`: text for the program's standard input. */
  | {
      readonly kind: "run";
      readonly program: string;
      readonly args: readonly string[];
      readonly input: string;
    }
  /** The platform does not create such clusters. The user runs `command`. */
  | { readonly kind: "manual"; readonly command: string };

/** Pure. Throws with the contract's message for an unknown provider. */
export function provisionPlan({ provider, nodes, name, region }: ProvisionOptions): ProvisionPlan {
  switch (provider) {
    case "kind": {
      const roles = Array.from({ length: Math.max(1, nodes) }, (_, at) => ({
        role: at === 0 ? "control-plane" : "worker",
      }));
      const input = stringify({ kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", nodes: roles });
      return {
        kind: "run",
        program: "kind",
        args: ["create", "cluster", "--name", name, "--config", "-"],
        input,
      };
    }
    case "gke":
      return {
        kind: "manual",
        command: `gcloud container clusters create ${name} --num-nodes ${nodes} --region ${region ?? "us-central1"}`,
      };
    case "eks":
      return {
        kind: "manual",
        command: `eksctl create cluster --name ${name} --nodes ${nodes} --region ${region ?? "us-east-1"}`,
      };
    case "aks":
      return {
        kind: "manual",
        command: `az aks create --name ${name} --node-count ${nodes} --resource-group ${name} --location ${region ?? "eastus"}`,
      };
    default:
      throw new GatewayError("cluster-failed", `unsupported provider: ${provider}`);
  }
}

/** Rejects with `cluster-failed`. `log` gets the program's output. */
export async function provisionCluster(
  options: ProvisionOptions,
  log: (line: string) => void,
): Promise<void> {
  const plan = provisionPlan(options);
  if (plan.kind === "manual")
    throw new GatewayError(
      "cluster-failed",
      `clusters of ${options.provider} are created with its own tool. Run: ${plan.command}`,
    );
  const { program, args, input } = plan;
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    const refuse = (why: string) => reject(new GatewayError("cluster-failed", why));
    child.once("error", ({ code }: NodeJS.ErrnoException) =>
      refuse(
        code === "ENOENT"
          ? `'${program}' is not on PATH: install it (https://kind.sigs.k8s.io)`
          : `'${program}' cannot be run: ${code}`,
      ),
    );
    child.once("close", (code) => (code === 0 ? resolve() : refuse(`'${program}' ended with code ${code}`)));
    for (const output of [child.stdout, child.stderr])
      output.on("data", (chunk: Buffer) => log(chunk.toString().trimEnd()));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
