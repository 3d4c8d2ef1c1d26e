/**
 * What the language server is told of its window: all when it begins, then what changes. Knows no editor; listens until
 * it is closed.
 */

import { pathToFileURL } from "node:url";
import { type CatalogsParams, notifications, type ServerState } from "../../../language-server/protocol.ts";
import { Scope } from "../../base/scope.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { isUp, type Servers } from "../servers/servers.ts";
import { changesOf, stateOf } from "./live-states.ts";

export interface SyncedFacts {
  /** The servers of this window's gateway, while there is one. */
  servers(): Servers | undefined;
  /** Calls `changed` when that is another one; returns how to stop that. */
  onServers(changed: () => void): () => void;
  /** Those of this window's gateway; they are others only with other servers. */
  catalogs(): readonly Catalog[];
  /** Names of the secrets that are set, of those in `texts` at least. */
  secretNames(texts: () => readonly string[]): Promise<readonly string[]>;
  onSecrets(changed: () => void): { dispose(): void };
  /** Runtime types of plugins, always up to date. */
  readonly types: PluginTypes;
  /** Calls `changed` when one came or went; returns how to stop that. */
  onTypes(changed: () => void): () => void;
}

/** How often uptimes and counts of requests are looked at while somebody sees them. */
const lookMs = 5_000;

export class LanguageServerSync {
  readonly #facts: SyncedFacts;
  readonly #texts: () => readonly string[];
  readonly #send: (method: string, params: object) => void;
  readonly #scope = new Scope();
  #states = new Map<string, ServerState>();
  #secrets: readonly string[] | undefined;
  #catalogs = "";
  #lastAsked = 0;
  #unfollow: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `texts` are those that are open now. What `send` cannot deliver is lost: `tellAll` says it again. */
  constructor(
    facts: SyncedFacts,
    texts: () => readonly string[],
    send: (method: string, params: object) => void,
  ) {
    this.#facts = facts;
    this.#texts = texts;
    this.#send = send;
    const secrets = facts.onSecrets(() => void this.tellSecrets());
    this.#scope.add(() => secrets.dispose());
    this.#scope.add(facts.onTypes(() => this.#tellTypes()));
    this.#scope.add(
      facts.onServers(() => {
        this.#followServers();
        this.#tellCatalogs();
        void this.tellSecrets();
      }),
    );
    this.#scope.add(() => this.#unfollow());
    this.#scope.add(() => clearInterval(this.#timer));
  }

  close(): void {
    void this.#scope.close();
  }

  /** The server has begun, or begun again: it knows nothing yet. */
  tellAll(): void {
    this.#secrets = undefined;
    void this.tellSecrets();
    if (this.#facts.types.size > 0) this.#tellTypes();
    this.#catalogs = "";
    this.#tellCatalogs();
    this.#followServers();
  }

  /** Other texts are open or saved: they may name secrets that nobody asked for before. */
  async tellSecrets(): Promise<void> {
    const asked = ++this.#lastAsked;
    const names = [...(await this.#facts.secretNames(this.#texts))].sort();
    if (asked !== this.#lastAsked || JSON.stringify(names) === JSON.stringify(this.#secrets)) return;
    this.#secrets = names;
    this.#send(notifications.secretNames, { names });
  }

  /** Whether somebody sees the states: only then what changes without an event is looked at. */
  watch(isSeen: boolean): void {
    clearInterval(this.#timer);
    if (!isSeen) return;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  #look(): void {
    const servers = this.#facts.servers();
    if (servers?.overview.rows.some(isUp)) servers.refresh().catch(() => undefined);
  }

  #tellCatalogs(): void {
    const uriOf = (path: string) => pathToFileURL(path).href;
    const catalogs = this.#facts
      .catalogs()
      .map(({ file, folder }) => ({ uri: uriOf(file), ...(folder && { folder: uriOf(folder) }) }));
    const params: CatalogsParams = { catalogs };
    if (JSON.stringify(params) === this.#catalogs) return;
    this.#catalogs = JSON.stringify(params);
    this.#send(notifications.catalogs, params);
  }

  #tellTypes(): void {
    const runtimes = [...this.#facts.types.values()].map(({ type, schema }) => ({ type, schema }));
    this.#send(notifications.runtimes, { runtimes });
  }

  /** Another gateway: all is told anew. */
  #followServers(): void {
    this.#unfollow();
    const servers = this.#facts.servers();
    this.#unfollow = servers?.changed.on(() => this.#tell(servers)) ?? (() => undefined);
    const states = statesOf(servers);
    this.#states = byId(states);
    this.#send(notifications.states, { all: true, servers: states });
  }

  #tell(servers: Servers): void {
    const states = statesOf(servers);
    const changes = changesOf(this.#states, states);
    this.#states = byId(states);
    if (changes) this.#send(notifications.states, changes);
  }
}

function statesOf(servers: Servers | undefined): ServerState[] {
  return servers?.overview.rows.map((row) => stateOf(row, performance.now())) ?? [];
}

function byId(states: readonly ServerState[]): Map<string, ServerState> {
  return new Map(states.map((state) => [state.id, state]));
}
