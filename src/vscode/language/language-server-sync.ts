/**
 * Sends facts about the window to the language server: all of them at the start, then the changes. Independent of the
 * editor. Active until it is closed.
 */

import { pathToFileURL } from "node:url";
import { type CatalogsParams, notifications, type ServerState } from "../../../language-server/protocol.ts";
import { Scope } from "../../base/scope.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { isUp, type Servers } from "../servers/servers.ts";
import { changesOf, stateOf } from "./live-states.ts";

export interface SyncedFacts {
  /** The servers of this window's gateway, if it has one. */
  servers(): Servers | undefined;
  /** Calls `changed` when `servers()` returns another object. Returns a function that ends this. */
  onServers(changed: () => void): () => void;
  /** The catalogs of this window's gateway. They change only together with the servers. */
  catalogs(): readonly Catalog[];
  /** Names of the secrets that are set, at least those that occur in `texts`. */
  secretNames(texts: () => readonly string[]): Promise<readonly string[]>;
  onSecrets(changed: () => void): { dispose(): void };
  /** The current runtime types of plugins. */
  readonly types: PluginTypes;
  /** Calls `changed` when a type was added or removed. Returns a function that ends this. */
  onTypes(changed: () => void): () => void;
}

/** Interval at which uptimes and request counts are refreshed while they are visible. */
const refreshMs = 5_000;

export class LanguageServerSync {
  readonly #facts: SyncedFacts;
  readonly #texts: () => readonly string[];
  readonly #send: (method: string, params: object) => void;
  readonly #scope = new Scope();
  #states = new Map<string, ServerState>();
  #secrets: readonly string[] | undefined;
  #catalogs = "";
  #lastRequest = 0;
  #unfollow: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `texts` are the open documents. Messages that `send` cannot deliver are lost. `sendAll` sends everything again. */
  constructor(
    facts: SyncedFacts,
    texts: () => readonly string[],
    send: (method: string, params: object) => void,
  ) {
    this.#facts = facts;
    this.#texts = texts;
    this.#send = send;
    const secrets = facts.onSecrets(() => void this.sendSecretNames());
    this.#scope.add(() => secrets.dispose());
    this.#scope.add(facts.onTypes(() => this.#sendTypes()));
    this.#scope.add(
      facts.onServers(() => {
        this.#followServers();
        this.#sendCatalogs();
        void this.sendSecretNames();
      }),
    );
    this.#scope.add(() => this.#unfollow());
    this.#scope.add(() => clearInterval(this.#timer));
  }

  close(): void {
    void this.#scope.close();
  }

  /** The language server has started or restarted and has no facts yet. */
  sendAll(): void {
    this.#secrets = undefined;
    void this.sendSecretNames();
    if (this.#facts.types.size > 0) this.#sendTypes();
    this.#catalogs = "";
    this.#sendCatalogs();
    this.#followServers();
  }

  /** Documents were opened or saved, and may use secrets that were not checked before. */
  async sendSecretNames(): Promise<void> {
    const request = ++this.#lastRequest;
    const names = [...(await this.#facts.secretNames(this.#texts))].sort();
    if (request !== this.#lastRequest || JSON.stringify(names) === JSON.stringify(this.#secrets)) return;
    this.#secrets = names;
    this.#send(notifications.secretNames, { names });
  }

  /** `isSeen`: the states are visible. Facts that change without an event are refreshed only then. */
  watch(isSeen: boolean): void {
    clearInterval(this.#timer);
    if (!isSeen) return;
    this.#refresh();
    this.#timer = setInterval(() => this.#refresh(), refreshMs);
  }

  #refresh(): void {
    const servers = this.#facts.servers();
    if (servers?.overview.rows.some(isUp)) servers.refresh().catch(() => undefined);
  }

  #sendCatalogs(): void {
    const uriOf = (path: string) => pathToFileURL(path).href;
    const catalogs = this.#facts
      .catalogs()
      .map(({ file, folder }) => ({ uri: uriOf(file), ...(folder && { folder: uriOf(folder) }) }));
    const params: CatalogsParams = { catalogs };
    if (JSON.stringify(params) === this.#catalogs) return;
    this.#catalogs = JSON.stringify(params);
    this.#send(notifications.catalogs, params);
  }

  #sendTypes(): void {
    const runtimes = [...this.#facts.types.values()].map(({ type, schema }) => ({ type, schema }));
    this.#send(notifications.runtimes, { runtimes });
  }

  /** Another gateway is active, so all states are sent again. */
  #followServers(): void {
    this.#unfollow();
    const servers = this.#facts.servers();
    this.#unfollow = servers?.changed.on(() => this.#sendChanges(servers)) ?? (() => undefined);
    const states = statesOf(servers);
    this.#states = byId(states);
    this.#send(notifications.states, { all: true, servers: states });
  }

  #sendChanges(servers: Servers): void {
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
