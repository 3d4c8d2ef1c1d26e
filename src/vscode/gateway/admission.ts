/**
 * Whether a server may start: the workspace is trusted, its command line was seen, its secrets are there. Asks people
 * one question at a time and never twice the same; knows no editor.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { GatewayError } from "../../base/errors.ts";
import { writeWhole } from "../../base/write-whole.ts";
import type { Entry } from "../../catalog/entry.ts";
import { launchKey } from "../../supervisor/launch-key.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { type CommandLine, commandLineOf, secretNames } from "./command-line.ts";

/** `all` is every server of the same catalog as it was when the question came up. */
export type Consent = "run" | "all" | "no";

export interface AdmissionHost {
  isTrusted(): boolean;
  /** Whether command lines are to be confirmed. */
  confirms(): boolean;
  askConsent(entry: Entry, line: CommandLine, catalog: Catalog | undefined): Promise<Consent>;
  /** The servers of a catalog as it is now. */
  entriesOf(catalog: Catalog): Promise<readonly Entry[]>;
  hasSecret(name: string): Promise<boolean>;
  /** Asks for it and keeps it; false where the user did not want to. */
  askSecret(name: string, entry: Entry): Promise<boolean>;
}

export class Admission {
  readonly #host: AdmissionHost;
  readonly #seen: SeenCommands;
  /** Secrets the user did not want to give: not asked for again until somebody starts the server by hand. */
  readonly #declined = new Set<string>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(host: AdmissionHost, seen: SeenCommands) {
    this.#host = host;
    this.#seen = seen;
  }

  /** Rejects with `start-failed` saying why the server may not start. A secret that is missing is no reason: see the state. */
  async admit(entry: Entry, catalog: Catalog | undefined): Promise<void> {
    this.#refuseUntrusted();
    const hasQuestion = this.#hasQuestion(entry, catalog);
    // Its place among the questions is taken now: they come in the order of the starts, however long each check takes.
    const asked = this.#asking.then(async () => {
      if (await hasQuestion) await this.#ask(entry, catalog);
    });
    this.#asking = asked.catch(() => undefined);
    // A question that nobody answers keeps no other server from starting.
    if (await hasQuestion) await asked;
  }

  /** The user wants this server to start: what was declined before may be asked for again. */
  insist(entry: Entry): void {
    for (const name of secretNames(entry)) this.#declined.delete(name);
  }

  #refuseUntrusted(): void {
    if (!this.#host.isTrusted())
      throw new GatewayError("start-failed", "the workspace is not trusted, so nothing is started");
  }

  async #hasQuestion(entry: Entry, catalog: Catalog | undefined): Promise<boolean> {
    if (await this.#unseen(entry, catalog)) return true;
    for (const name of secretNames(entry)) if (await this.#lacks(name)) return true;
    return false;
  }

  /** What the question before it was about may have answered this one. */
  async #ask(entry: Entry, catalog: Catalog | undefined): Promise<void> {
    this.#refuseUntrusted();
    const line = await this.#unseen(entry, catalog);
    if (line) await this.#confirm(entry, line, catalog);
    for (const name of secretNames(entry)) {
      if (!(await this.#lacks(name))) continue;
      if (!(await this.#host.askSecret(name, entry))) this.#declined.add(name);
    }
  }

  /** The command line that is to be confirmed before it runs. */
  async #unseen(entry: Entry, catalog: Catalog | undefined): Promise<CommandLine | undefined> {
    const line = commandLineOf(entry);
    if (!line || !this.#host.confirms()) return undefined;
    return (await this.#seen.has(fileOf(catalog), entry)) ? undefined : line;
  }

  async #confirm(entry: Entry, line: CommandLine, catalog: Catalog | undefined): Promise<void> {
    // What comes into the catalog while the question stands is none of its answer.
    const all = catalog ? await this.#host.entriesOf(catalog) : [];
    const consent = await this.#host.askConsent(entry, line, catalog);
    if (consent === "no") throw new GatewayError("start-failed", "its command line was not confirmed");
    await this.#seen.add(fileOf(catalog), consent === "all" ? [...all, entry] : [entry]);
  }

  async #lacks(name: string): Promise<boolean> {
    return !this.#declined.has(name) && !(await this.#host.hasSecret(name));
  }
}

function fileOf(catalog: Catalog | undefined): string {
  return catalog?.file ?? "";
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

  async has(catalog: string, entry: Entry): Promise<boolean> {
    return (await this.#read())[catalog]?.[entry.id] === fingerprint(entry);
  }

  async add(catalog: string, entries: readonly Entry[]): Promise<void> {
    const seen = await this.#read();
    const prints = Object.fromEntries(entries.map((entry) => [entry.id, fingerprint(entry)]));
    const next = { ...seen, [catalog]: { ...seen[catalog], ...prints } };
    await writeWhole(this.#file, JSON.stringify(next));
  }

  async #read(): Promise<Seen> {
    try {
      return JSON.parse(await readFile(this.#file, "utf8")) as Seen;
    } catch {
      return {};
    }
  }
}
