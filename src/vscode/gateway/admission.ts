/**
 * Whether a server may start: the workspace is trusted, its command line was seen, its secrets are there. Asks people
 * one question at a time and never twice the same; knows no editor.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayError } from "../../base/errors.ts";
import type { Entry } from "../../catalog/entry.ts";
import { launchKey } from "../../supervisor/launch-key.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { type CommandLine, commandLineOf, secretNames } from "./command-line.ts";

/** `all` is every server of the same catalog, as it is now and as it will be until the window closes. */
export type Consent = "run" | "all" | "no";

export interface AdmissionHost {
  isTrusted(): boolean;
  /** Whether command lines are to be confirmed. */
  confirms(): boolean;
  askConsent(entry: Entry, line: CommandLine, catalog: Catalog | undefined): Promise<Consent>;
  hasSecret(name: string): Promise<boolean>;
  /** Asks for it and keeps it; false where the user did not want to. */
  askSecret(name: string, entry: Entry): Promise<boolean>;
}

export class Admission {
  readonly #host: AdmissionHost;
  readonly #seen: SeenCommands;
  readonly #allOf = new Set<string>();
  /** Secrets the user did not want to give: not asked for again until somebody starts the server by hand. */
  readonly #declined = new Set<string>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(host: AdmissionHost, seen: SeenCommands) {
    this.#host = host;
    this.#seen = seen;
  }

  /** Rejects with `start-failed` saying why the server may not start. A secret that is missing is no reason: see the state. */
  admit(entry: Entry, catalog: Catalog | undefined): Promise<void> {
    const admitted = this.#asking.then(() => this.#admit(entry, catalog));
    this.#asking = admitted.catch(() => undefined);
    return admitted;
  }

  /** The user wants this server to start: what was declined before may be asked for again. */
  insist(entry: Entry): void {
    for (const name of secretNames(entry)) this.#declined.delete(name);
  }

  async #admit(entry: Entry, catalog: Catalog | undefined): Promise<void> {
    if (!this.#host.isTrusted())
      throw new GatewayError("start-failed", "the workspace is not trusted, so nothing is started");
    await this.#confirm(entry, catalog);
    for (const name of secretNames(entry)) await this.#need(name, entry);
  }

  async #confirm(entry: Entry, catalog: Catalog | undefined): Promise<void> {
    const line = commandLineOf(entry);
    const file = catalog?.file ?? "";
    if (!line || !this.#host.confirms()) return;
    const print = fingerprint(entry);
    if (await this.#seen.has(file, entry.id, print)) return;
    const consent = this.#allOf.has(file) ? "all" : await this.#host.askConsent(entry, line, catalog);
    if (consent === "no") throw new GatewayError("start-failed", "its command line was not confirmed");
    if (consent === "all") this.#allOf.add(file);
    await this.#seen.add(file, entry.id, print);
  }

  async #need(name: string, entry: Entry): Promise<void> {
    if (this.#declined.has(name) || (await this.#host.hasSecret(name))) return;
    if (!(await this.#host.askSecret(name, entry))) this.#declined.add(name);
  }
}

/** What was confirmed, as a digest: a command line may hold what is nobody's business. */
function fingerprint(entry: Entry): string {
  return createHash("sha256").update(launchKey(entry)).digest("base64url");
}

type Seen = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The command lines that were confirmed, by catalog and id, in a file that all windows of the installation read. */
export class SeenCommands {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async has(catalog: string, id: string, print: string): Promise<boolean> {
    return (await this.#read())[catalog]?.[id] === print;
  }

  async add(catalog: string, id: string, print: string): Promise<void> {
    const seen = await this.#read();
    const next = { ...seen, [catalog]: { ...seen[catalog], [id]: print } };
    await mkdir(dirname(this.#file), { recursive: true });
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(next));
    await rename(draft, this.#file);
  }

  async #read(): Promise<Seen> {
    try {
      return JSON.parse(await readFile(this.#file, "utf8")) as Seen;
    } catch {
      return {};
    }
  }
}
