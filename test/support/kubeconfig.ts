/** Kubeconfigs for tests: the cluster of the tests under other names, and clusters that do not exist. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parse, stringify } from "yaml";

interface Named {
  readonly name: string;
}

interface Kubeconfig {
  readonly clusters: readonly (Named & { readonly cluster: object })[];
  readonly users: readonly (Named & { readonly user: object })[];
}

export interface TestContextOf {
  /** Another address for the cluster, or an address without a listener. */
  readonly server?: string;
  /** Replaces the account of the tests. */
  readonly user?: object;
}

/** Writes a kubeconfig with these contexts, the first of them current. */
export async function writeKubeconfig(
  file: string,
  contexts: Readonly<Record<string, TestContextOf>>,
): Promise<void> {
  const admin = parse(await readFile(process.env["KUBECONFIG"] ?? "", "utf8")) as Kubeconfig;
  const [known] = admin.clusters;
  const [account] = admin.users;
  const all = Object.entries(contexts);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": all[0]?.[0],
    clusters: all.map(([name, { server }]) => ({
      name,
      cluster: { ...known?.cluster, ...(server !== undefined && { server }) },
    })),
    users: all.map(([name, { user }]) => ({ name, user: user ?? account?.user })),
    contexts: all.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify(config), { mode: 0o600 });
}
