/**
 * Decides whether a server may start. The workspace must be trusted, the user must have approved the launch, and each
 * secret must be granted to the server. Asks one question at a time and never the same one twice. Independent of the
 * editor.
 */

import { GatewayError } from "../../base/errors.ts";
import type { Entry } from "../../catalog/entry.ts";
import type { ResolveContext } from "../../gateway/host-services.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import type { ApprovedLaunches } from "./approved-launches.ts";
import type { Launch } from "./launch-review.ts";
import { isSameServer, type SecretUse } from "./secret-vault.ts";

/** `all`: show every server of the same catalog and approve them together. */
export type Answer = "run" | "all" | "no";

/** A secret that was granted to another server, or to the same server with another target. */
export interface WantedSecret {
  readonly name: string;
  readonly givenTo: readonly SecretUse[];
}

export interface ApprovalHost {
  isTrusted(): boolean;
  /** Whether launches need approval. Secrets always need it. */
  confirms(): boolean;
  /** The current servers of a catalog. */
  entriesOf(catalog: Catalog): Promise<readonly Entry[]>;
  review(entry: Entry, catalog: Catalog): Promise<Launch>;
  /** Shows the whole launch and asks. */
  askLaunch(launch: Launch): Promise<Answer>;
  /** Shows all launches and asks once. `true` approves exactly these. */
  askAll(launches: readonly Launch[]): Promise<boolean>;
  /** Asks for the value. Resolves with `undefined` if the user cancelled. */
  askSecret(name: string, launch: Launch): Promise<string | undefined>;
  /** Asks whether this server may receive stored secrets. */
  askGrant(wanted: readonly WantedSecret[], launch: Launch): Promise<boolean>;
}

/** The methods of the vault that are used. */
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
  /** Secrets that the user declined. They are not requested again until the user starts the server by hand. */
  readonly #declined = new Set<string>();
  #asking: Promise<unknown> = Promise.resolve();

  constructor(host: ApprovalHost, approved: ApprovedLaunches, secrets: GrantedSecrets) {
    this.#host = host;
    this.#approved = approved;
    this.#secrets = secrets;
  }

  /**
   * Resolves with the context for resolving the entry: the values that were shown, and the granted secrets. Rejects with
   * `start-failed` and the reason if the server may not start. A missing secret is not such a reason, and appears in the
   * state instead.
   */
  async approve(entry: Entry, catalog: Catalog | undefined): Promise<ResolveContext> {
    this.#refuseUntrusted();
    const origin = originOf(catalog);
    const first = this.#host.review(entry, origin);
    const hasQuestion = first.then((launch) => this.#hasQuestion(launch));
    // The position in the queue is taken now, so that questions come in the order of the starts, however long a check
    // takes.
    const answered = this.#asking.then(async () => {
      if (await hasQuestion) return this.#ask(entry, origin);
      return first;
    });
    this.#asking = answered.catch(() => undefined);
    // An unanswered question must not delay the start of other servers.
    return this.#contextFor((await hasQuestion) ? await answered : await first);
  }

  /**
   * Like `approve`, but without questions. Resolves with `undefined` if a question would be necessary or the server may not
   * start. Never rejects.
   */
  async approved(entry: Entry, catalog: Catalog | undefined): Promise<ResolveContext | undefined> {
    try {
      this.#refuseUntrusted();
      const launch = await this.#host.review(entry, originOf(catalog));
      if (await this.#isToConfirm(launch)) return undefined;
      return (await this.#ungranted(launch)).length > 0 ? undefined : this.#contextFor(launch);
    } catch {
      return undefined;
    }
  }

  /** The user started this server by hand, so declined secrets may be requested again. */
  askAgain(entry: Entry, secrets: readonly string[]): void {
    for (const name of secrets) this.#declined.delete(name);
    for (const key of this.#declined) if (key.startsWith(`${entry.id}\n`)) this.#declined.delete(key);
  }

  #refuseUntrusted(): void {
    if (!this.#host.isTrusted())
      throw new GatewayError("start-failed", "servers cannot start because the workspace is not trusted");
  }

  async #hasQuestion(launch: Launch): Promise<boolean> {
    if (await this.#isToConfirm(launch)) return true;
    if ((await this.#missing(launch)).length > 0) return true;
    return (await this.#ungranted(launch)).some((name) => !this.#declined.has(grantKey(name, launch)));
  }

  /** Checks again after each question, because the answer to an earlier question may also answer this one. */
  async #ask(entry: Entry, catalog: Catalog): Promise<Launch> {
    for (;;) {
      this.#refuseUntrusted();
      // A question may stay open for long, so the entry is reviewed again after it.
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
      throw new GatewayError("start-failed", "it was not approved: start it again to approve it");
    await this.#approved.add(listed);
    for (const one of listed) await this.#renewGrants(one);
  }

  /** This launch and the other launches of its catalog that may start and are not approved yet. */
  async #unapproved(launch: Launch): Promise<readonly Launch[]> {
    const entries = await this.#host.entriesOf(launch.catalog);
    const others = entries.filter(({ id, enabled }) => id !== launch.entry.id && enabled !== false);
    const listed = [launch];
    for (const entry of others) {
      // A launch that cannot be shown cannot start either. Its own start reports the reason.
      const other = await this.#host.review(entry, launch.catalog).catch(() => undefined);
      if (other && !(await this.#approved.has(other))) listed.push(other);
    }
    return listed;
  }

  /** A changed server keeps its secrets, because the question about the change listed them. */
  async #renewGrants({ secrets, use }: Launch): Promise<void> {
    for (const name of [...secrets.required, ...secrets.optional])
      if ((await this.#secrets.uses(name)).some((known) => isSameServer(known, use)))
        await this.#secrets.grant(name, use);
  }

  /** Returns whether a question was asked. */
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

  /** The required secrets that have no value yet. */
  async #missing({ secrets }: Launch): Promise<string[]> {
    const missing: string[] = [];
    for (const name of secrets.required)
      if (!this.#declined.has(name) && !(await this.#secrets.has(name))) missing.push(name);
    return missing;
  }

  /** The stored secrets that are not granted to this server with this target. */
  async #ungranted({ secrets, use }: Launch): Promise<string[]> {
    const names: string[] = [];
    for (const name of [...secrets.required, ...secrets.optional])
      if ((await this.#secrets.has(name)) && !(await this.#secrets.isGranted(name, use))) names.push(name);
    return names;
  }

  #contextFor({ baseDir, sources, secrets, use }: Launch): ResolveContext {
    const secret = async (name: string) => {
      const value = await this.#secrets.release(name, use);
      if (value === undefined && secrets.required.includes(name) && (await this.#secrets.has(name)))
        throw new Error(
          "it was given to other servers, but not to this one: start this server to approve it",
        );
      return value;
    };
    return { baseDir, sources: { ...sources, secret } };
  }
}

function grantKey(name: string, { entry, use }: Launch): string {
  return [entry.id, use.catalog, use.target, name].join("\n");
}

/** The catalog of an entry. Throws without one, because an approval belongs to a file. */
function originOf(catalog: Catalog | undefined): Catalog {
  if (catalog) return catalog;
  throw new GatewayError("start-failed", "no catalog of this window defines it");
}
