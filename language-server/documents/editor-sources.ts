/** Where variables come from while a catalog is edited. Looks each up once; keeps no value longer than its owner. */

import { headlessSources } from "../../src/catalog/variables/headless-sources.ts";
import type { VariableSources } from "../../src/catalog/variables/variable-lookup.ts";

export interface EditorSourcesOptions {
  /** Absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir: string;
  /** Absolute; absent where it is the catalog's folder. */
  readonly workspaceFolder?: string;
  /** Names of the secrets a client keeps; `undefined`: they are files. */
  readonly clientSecrets: ReadonlySet<string> | undefined;
}

/** As the gateway will see them. */
export function editorSources({
  clientSecrets,
  workspaceFolder,
  ...options
}: EditorSourcesOptions): VariableSources {
  const found = headlessSources(options);
  // That there is one is all that is to be known here; its value stays with the client.
  const secret = async (name: string) => (clientSecrets?.has(name) ? "a secret" : undefined);
  return {
    ...found,
    ...(workspaceFolder !== undefined && { workspaceFolder }),
    env: remembered((name) => found.env(name)),
    secret: remembered(clientSecrets === undefined ? (name) => found.secret(name) : secret),
  };
}

/** The same answer for the same name. */
export function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (name) => {
    const found = known.get(name) ?? { value: look(name) };
    known.set(name, found);
    return found.value;
  };
}
