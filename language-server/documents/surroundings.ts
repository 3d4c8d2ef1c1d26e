/**
 * The machine, folder, variables and secrets around one document. Remembers what it looked up until told to look again;
 * hands out names and sources of variables, never a value.
 */

import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../src/catalog/checks/machine-checks.ts";
import { thisMachine } from "../../src/catalog/checks/machine-checks.ts";
import { defaultSecretsDir, headlessSources } from "../../src/catalog/variables/sources.ts";
import { fullPath } from "../../src/catalog/variables/user-paths.ts";
import type { VariableSources } from "../../src/catalog/variables/variable-lookup.ts";
import type { DotenvName } from "./dotenv.ts";
import { dotenvNames } from "./dotenv.ts";

export interface SurroundingsOptions {
  /** The document's folder, absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir?: string;
  /** Names of the secrets of a client that keeps them; `undefined`: they are files. */
  readonly clientSecrets: () => ReadonlySet<string> | undefined;
  readonly machine?: Machine;
}

export class Surroundings {
  readonly baseDir: string;
  readonly dotenvFile: string;
  readonly #options: SurroundingsOptions;
  #sources: VariableSources;
  #machine: Machine;

  constructor(options: SurroundingsOptions) {
    this.#options = options;
    this.baseDir = options.baseDir;
    this.dotenvFile = join(options.baseDir, ".env");
    this.#sources = this.#newSources();
    this.#machine = rememberingMachine(options.machine ?? thisMachine);
  }

  get sources(): VariableSources {
    return this.#sources;
  }

  get machine(): Machine {
    return this.#machine;
  }

  /** Whatever was looked up is looked up again. */
  renew(): void {
    this.#sources = this.#newSources();
    this.#machine = rememberingMachine(this.#options.machine ?? thisMachine);
  }

  /** "" where there is none. */
  dotenvText(): Promise<string> {
    return readFile(this.dotenvFile, "utf8").catch(() => "");
  }

  async dotenvNames(): Promise<DotenvName[]> {
    return dotenvNames(await this.dotenvText());
  }

  isInEnvironment(name: string): boolean {
    return this.#options.processEnv[name] !== undefined;
  }

  environmentNames(): string[] {
    return Object.keys(this.#options.processEnv).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  }

  /** Whether the client keeps the secrets. */
  get hasClientSecrets(): boolean {
    return this.#options.clientSecrets() !== undefined;
  }

  /** Names of the secrets there are, as far as they can be listed. */
  async secretNames(): Promise<string[]> {
    const known = this.#options.clientSecrets();
    if (known !== undefined) return [...known];
    const found = await readdir(this.#secretsDir(), { withFileTypes: true }).catch(() => []);
    return found
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  }

  #secretsDir(): string {
    const { secretsDir, processEnv } = this.#options;
    const folder = secretsDir ?? processEnv["MCP_GATEWAY_SECRETS_DIR"] ?? defaultSecretsDir;
    return fullPath(folder, homedir(), this.baseDir);
  }

  #newSources(): VariableSources {
    const { baseDir, processEnv, clientSecrets } = this.#options;
    const found = headlessSources({ baseDir, processEnv, secretsDir: this.#secretsDir() });
    const known = clientSecrets();
    if (known === undefined) return remembering(found);
    // That there is one is all that is to be known here; its value stays with the client.
    return remembering({ ...found, secret: async (name) => (known.has(name) ? "a secret" : undefined) });
  }
}

function remembering(sources: VariableSources): VariableSources {
  const env = remembered((name) => sources.env(name));
  const secret = remembered((name) => sources.secret(name));
  return { ...sources, env, secret };
}

function rememberingMachine(machine: Machine): Machine {
  const isExecutable = remembered((path) => machine.isExecutable(path));
  const isFolder = remembered((path) => machine.isFolder(path));
  return { platform: machine.platform, isExecutable, isFolder };
}

function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined || known.has(name)) return found as T;
    const value = look(name);
    known.set(name, value);
    return value;
  };
}
