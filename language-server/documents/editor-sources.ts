/** Sources of variables while a catalog is edited. Looks up each variable once. Values live only as long as the owner. */

import { headlessSources } from "../../src/catalog/variables/headless-sources.ts";
import type { VariableSources } from "../../src/catalog/variables/variable-lookup.ts";

export interface EditorSourcesOptions {
  /** Absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir: string;
  /** Absolute. Absent if it is the catalog's folder. */
  readonly workspaceFolder?: string;
  /** Names of the secrets that the client stores. `undefined`: secrets are files. */
  readonly clientSecrets: ReadonlySet<string> | undefined;
}

/** The sources as the gateway will use them. */
export function editorSources({
  clientSecrets,
  workspaceFolder,
  ...options
}: EditorSourcesOptions): VariableSources {
  const found = headlessSources(options);
  // Only the existence of the secret is known here, because its value stays with the client.
  const secret = async (name: string) => (clientSecrets?.has(name) ? "a secret" : undefined);
  return {
    ...found,
    ...(workspaceFolder !== undefined && { workspaceFolder }),
    env: memoized((name) => found.env(name)),
    secret: memoized(clientSecrets === undefined ? (name) => found.secret(name) : secret),
  };
}

/** Caches the result for each name. */
export function memoized<T>(lookup: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (name) => {
    const found = known.get(name) ?? { value: lookup(name) };
    known.set(name, found);
    return found.value;
  };
}
