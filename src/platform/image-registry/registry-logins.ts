/**
 * The logins of the platform's own registry: `push` for the helper Pod, `pull` for the nodes. `setup` creates them once and
 * keeps them in Secrets of the cluster. No file and no output contains them.
 */

import { createHash, randomBytes } from "node:crypto";
import type { Cluster } from "../../kube/cluster.ts";
import type { Manifest } from "../../kube/objects.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import {
  managedByLabel,
  namespaces,
  ownPullSecretName,
  ownRegistrySecretName,
  registryLoginsSecretName,
} from "../identity.ts";
import { loginContent } from "../operator/pull-secret.ts";
import { bcrypt } from "./bcrypt.ts";

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  /** The line for the registry's password file. */
  readonly htpasswd: string;
}

export const loginRoles = ["push", "pull"] as const;
export type RegistryLogins = Readonly<Record<(typeof loginRoles)[number], RegistryLogin>>;

type Secret = Manifest & { readonly data?: Readonly<Record<string, string>> };

const passwordBytes = 24;

export function newRegistryLogins(): RegistryLogins {
  return { push: newLogin("push"), pull: newLogin("pull") };
}

function newLogin(username: string): RegistryLogin {
  const password = randomBytes(passwordBytes).toString("base64url");
  return { username, password, htpasswd: `${username}:${bcrypt(password)}` };
}

/** Identifies the logins without revealing them. Pure. */
export function loginsVersion({ push, pull }: RegistryLogins): string {
  return createHash("sha256").update(`${push.htpasswd}\n${pull.htpasswd}`).digest("hex").slice(0, 16);
}

/** Resolves with `undefined` before the first set-up. Rejects with `cluster-failed`. */
export async function savedRegistryLogins(cluster: Cluster): Promise<RegistryLogins | undefined> {
  const ref = { apiVersion: "v1", kind: "Secret", namespace: namespaces.operator };
  const secret = cluster.objects.get<Secret>({ ...ref, name: ownRegistrySecretName });
  return loginsIn((await withClusterErrors(cluster, secret))?.data ?? {});
}

/** Reads them from the data of their Secret; `undefined` for incomplete data. Pure. */
export function loginsIn(data: Readonly<Record<string, string>>): RegistryLogins | undefined {
  const textOf = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
  const loginOf = (username: string): RegistryLogin => ({
    username,
    password: textOf(`${username}-password`),
    htpasswd: textOf(`${username}-htpasswd`),
  });
  const logins = { push: loginOf("push"), pull: loginOf("pull") };
  const isWhole = loginRoles.every((role) => logins[role].password !== "" && logins[role].htpasswd !== "");
  return isWhole ? logins : undefined;
}

/**
 * The Secrets that hold them: everything in the operator's namespace, the hashes in the registry's namespace, and a pull
 * Secret for `nodeRegistry` in the operator's namespace. Pure.
 */
export function loginSecrets(logins: RegistryLogins, nodeRegistry: string): Manifest[] {
  const saved = loginRoles.flatMap((role) => [
    [`${role}-password`, logins[role].password],
    [`${role}-htpasswd`, logins[role].htpasswd],
  ]);
  const checked = loginRoles.map((role) => [role, `${logins[role].htpasswd}\n`]);
  return [
    secret(namespaces.operator, ownRegistrySecretName, opaque(saved)),
    secret(namespaces.operator, ownPullSecretName, loginContent([{ url: nodeRegistry, ...logins.pull }])),
    secret(namespaces.registry, registryLoginsSecretName, opaque(checked)),
  ];
}

function opaque(texts: readonly (readonly string[])[]): object {
  const data = texts.map(([key, text = ""]) => [key, Buffer.from(text).toString("base64")]);
  return { type: "Opaque", data: Object.fromEntries(data) };
}

function secret(namespace: string, name: string, content: object): Manifest {
  const metadata = { name, namespace, labels: managedByLabel };
  return { apiVersion: "v1", kind: "Secret", metadata, ...content };
}
