/**
 * Whether a server may start: the workspace is trusted, what it does was shown and approved, and each of its secrets was
 * given to it. Asks people one question at a time and never twice the same; knows no editor.
 */

import { GatewayError } from "../../base/errors.ts";
import type { Entry } from "../../catalog/entry.ts";
import type { ResolveContext } from "../../gateway/gateway.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import type { ApprovedLaunches } from "./approved-launches.ts";
import type { Launch } from "./launch-review.ts";
import { isSameServer, type SecretUse } from "./secret-vault.ts";

/** `all`: every server of the same catalog is to be shown, and approved together. */
export type Answer = "run" | "all" | "no";

/** A secret that another server, or the same one with another target, was given before. */
export interface WantedSecret {
  readonly name: string;
  readonly givenTo: readonly SecretUse[];
}

export interface ApprovalHost {
  isTrusted(): boolean;
  /** Whether launches are to be approved. Secrets are asked for in any case. */
  confirms(): boolean;
  /** The servers of a catalog as it is now. */
  entriesOf(catalog: Catalog): Promise<readonly Entry[]>;
  review(entry: Entry, catalog: Catalog): Promise<Launch>;
  /** Shows all of it and asks. */
  askLaunch(launch: Launch): Promise<Answer>;
  /** Shows all of them and asks once; true approves exactly these. */
  askAll(launches: readonly Launch[]): Promise<boolean>;
  /** Asks for the value; nothing where the user did not want to. */
  askSecret(name: string, launch: Launch): Promise<string | undefined>;
  /** Asks whether this server may have secrets that are kept. */
  askGrant(wanted: readonly WantedSecret[], launch: Launch): Promise<boolean>;
}

/** As much of the vault as is needed. */
export interface GrantedSecrets {
  has(name: string): Promise<boolean>;
  set(name: string, value: string): Promise<void>;
  release(name: string, use: SecretUse): Promise<string | undefined>;
  isGranted(name: string, use: SecretUse): Promise<boolean>;
  grant(name: string, use: SecretUse): Promise<void>;
  uses(name: string): Promise<readonly SecretUse[]>;
}

export class LaunchApproval {
  readonly #host: ApprovalHost;
  readonly #approved: ApprovedLaunches;
  readonly #secrets: GrantedSecrets;
  /** What the user did not want to give: not asked for again until somebody starts the server by hand. */
  readonly #declined = new Set<string>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(host: ApprovalHost, approved: ApprovedLaunches, secrets: GrantedSecrets) {
    this.#host = host;
    this.#approved = approved;
    this.#secrets = secrets;
  }

  /**
   * Resolves with what the entry is to be resolved with: the values that were shown, and the secrets that were given to it.
   * Rejects with `start-failed` saying why the server may not start. A missing secret is not a reason: see the state.
   */
  async admit(entry: Entry, catalog: Catalog | undefined): Promise<ResolveContext> {
    this.#refuseUntrusted();
    const origin = originOf(catalog);
    const first = this.#host.review(entry, origin);
    const hasQuestion = first.then((launch) => this.#hasQuestion(launch));
    // Its place among the questions is taken now: they come in the order of the starts, however long each check takes.
    const asked = this.#asking.then(async () => {
      if (await hasQuestion) return this.#ask(entry, origin);
      return first;
    });
    this.#asking = asked.catch(() => undefined);
    // A question that nobody answers keeps no other server from starting.
    return this.#surroundings((await hasQuestion) ? await asked : await first);
  }

  /** The same without a question: nothing where there would be one, or the server may not start. Never rejects. */
  async admitSilently(entry: Entry, catalog: Catalog | undefined): Promise<ResolveContext | undefined> {
    try {
      this.#refuseUntrusted();
      const launch = await this.#host.review(entry, originOf(catalog));
      if (await this.#isToConfirm(launch)) return undefined;
      return (await this.#ungranted(launch)).length > 0 ? undefined : this.#surroundings(launch);
    } catch {
      return undefined;
    }
  }

  /** The user wants this server to start: what was declined before may be asked for again. */
  askAgain(entry: Entry, secrets: readonly string[]): void {
    for (const name of secrets) this.#declined.delete(name);
    for (const key of this.#declined) if (key.startsWith(`${entry.id}\n`)) this.#declined.delete(key);
  }

  #refuseUntrusted(): void {
    if (!this.#host.isTrusted())
      throw new GatewayError("start-failed", "the workspace is not trusted, so nothing is started");
  }

  async #hasQuestion(launch: Launch): Promise<boolean> {
    if (await this.#isToConfirm(launch)) return true;
    if ((await this.#missing(launch)).length > 0) return true;
    return (await this.#ungranted(launch)).some((name) => !this.#declined.has(grantKey(name, launch)));
  }

  /** What the question before it was about may have answered this one. */
  async #ask(entry: Entry, catalog: Catalog): Promise<Launch> {
    for (;;) {
      this.#refuseUntrusted();
      // A question may stand for long: what is started is what is there after it.
      const launch = await this.#host.review(entry, catalog);
      if (await this.#isToConfirm(launch)) await this.#confirm(launch);
      else if (!(await this.#askSecrets(launch))) return launch;
    }
  }

  async #isToConfirm(launch: Launch): Promise<boolean> {
    return this.#host.confirms() && !(await this.#approved.has(launch));
  }

  async #confirm(launch: Launch): Promise<void> {
    const answer = await this.#host.askLaunch(launch);
    const listed = answer === "all" ? await this.#unapproved(launch) : [launch];
    if (answer === "no" || (answer === "all" && !(await this.#host.askAll(listed))))
      throw new GatewayError("start-failed", "it was not approved: start it again to be asked");
    await this.#approved.add(listed);
    for (const one of listed) await this.#renewGrants(one);
  }

  /** This one and the others of its catalog that may start and are not approved yet. */
  async #unapproved(launch: Launch): Promise<readonly Launch[]> {
    const entries = await this.#host.entriesOf(launch.catalog);
    const others = entries.filter(({ id, enabled }) => id !== launch.entry.id && enabled !== false);
    const listed = [launch];
    for (const entry of others) {
      // One that cannot be shown cannot start either; it says why when it is asked to.
      const other = await this.#host.review(entry, launch.catalog).catch(() => undefined);
      if (other && !(await this.#approved.has(other))) listed.push(other);
    }
    return listed;
  }

  /** A server keeps its secrets when it changes: the question about the change has named them. */
  async #renewGrants({ secrets, use }: Launch): Promise<void> {
    for (const name of [...secrets.required, ...secrets.optional])
      if ((await this.#secrets.uses(name)).some((known) => isSameServer(known, use)))
        await this.#secrets.grant(name, use);
  }

  /** Whether anything was asked. */
  async #askSecrets(launch: Launch): Promise<boolean> {
    const missing = await this.#missing(launch);
    for (const name of missing) await this.#askSecret(name, launch);
    const names = (await this.#ungranted(launch)).filter(
      (name) => !this.#declined.has(grantKey(name, launch)),
    );
    if (names.length === 0) return missing.length > 0;
    const wanted = names.map(async (name) => ({ name, givenTo: await this.#secrets.uses(name) }));
    const isGranted = await this.#host.askGrant(await Promise.all(wanted), launch);
    for (const name of names)
      if (isGranted) await this.#secrets.grant(name, launch.use);
      else this.#declined.add(grantKey(name, launch));
    return true;
  }

  async #askSecret(name: string, launch: Launch): Promise<void> {
    const value = await this.#host.askSecret(name, launch);
    if (value === undefined) {
      this.#declined.add(name);
      return;
    }
    await this.#secrets.grant(name, launch.use);
    await this.#secrets.set(name, value);
  }

  /** The secrets it cannot do without that nobody has given yet. */
  async #missing({ secrets }: Launch): Promise<string[]> {
    const missing: string[] = [];
    for (const name of secrets.required)
      if (!this.#declined.has(name) && !(await this.#secrets.has(name))) missing.push(name);
    return missing;
  }

  /** The secrets that are kept, and not for this server with this target. */
  async #ungranted({ secrets, use }: Launch): Promise<string[]> {
    const names: string[] = [];
    for (const name of [...secrets.required, ...secrets.optional])
      if ((await this.#secrets.has(name)) && !(await this.#secrets.isGranted(name, use))) names.push(name);
    return names;
  }

  #surroundings({ baseDir, sources, secrets, use }: Launch): ResolveContext {
    const secret = async (name: string) => {
      const value = await this.#secrets.release(name, use);
      if (value === undefined && secrets.required.includes(name) && (await this.#secrets.has(name)))
        throw new Error("it was given to others, and not to this server: start the server to be asked");
      return value;
    };
    return { baseDir, sources: { ...sources, secret } };
  }
}

function grantKey(name: string, { entry, use }: Launch): string {
  return [entry.id, use.catalog, use.target, name].join("\n");
}

/** Every server of a window comes from a file; who has none is bound to nothing. */
function originOf(catalog: Catalog | undefined): Catalog {
  if (catalog) return catalog;
  throw new GatewayError("start-failed", "it is in no catalog of this window");
}
