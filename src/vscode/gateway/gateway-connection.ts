/**
 * The gateway of one window: none, its own, that of another window, or a remote one. Decides which one is used, and takes
 * over when the owner closes. All dependencies on the editor come through `GatewayHost`.
 */

import { Emitter } from "../../base/emitter.ts";
import { messageOf } from "../../base/errors.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import { formatListenAddress, localAddress } from "../../config/listen-address.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import type { MergedCatalogs } from "../catalogs/merged-catalogs.ts";
import type { Address } from "../servers/gateway-client.ts";
import type { Servers } from "../servers/servers.ts";
import { type GatewayRecord, type GatewayRecords, recordKeyOf } from "./gateway-records.ts";
import type { InProcessGateway, InProcessGatewayOptions } from "./in-process-gateway.ts";
import { installationKey, recordKey, type SecretStore } from "./installation-key.ts";
import { askKey, handoverSocket, offerKey } from "./key-handover.ts";
import type { KeyOf } from "./saved-keys.ts";

export interface GatewaySettings
  extends Pick<InProcessGatewayOptions, "defaults" | "hotReload" | "toolsMode" | "nameLength"> {
  /** The URL of a remote gateway, or "" for none. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly origins: readonly string[];
}

export interface GatewayHost
  extends Pick<InProcessGatewayOptions, "services" | "cacheDir" | "plugins" | "proxies"> {
  readonly sites: GatewayRecords;
  readonly secrets: SecretStore;
  settings(): GatewaySettings;
  catalogs(): Promise<readonly Catalog[]>;
  isTrusted(): boolean;
  /** The key of the gateway at `settings().url`. */
  readonly remoteKey: KeyOf;
}

export type GatewayState =
  | { readonly kind: "opening" }
  | { readonly kind: "no-catalog" }
  /** The servers are listed but cannot start. */
  | { readonly kind: "untrusted"; readonly servers: Servers }
  | { readonly kind: "own"; readonly servers: Servers; readonly address: Address }
  /** Another window of this user runs the gateway. */
  | { readonly kind: "shared"; readonly servers: Servers; readonly address: Address }
  | { readonly kind: "remote"; readonly servers: Servers; readonly address: Address }
  /** Stopped by the user. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly because: string };

interface GatewayStart {
  /** Key of the gateway's record. */
  readonly site: string;
  /** Key for access to the gateway. */
  readonly key: string;
  /** The record of the previous owner. */
  readonly record: GatewayRecord | undefined;
  /** Whether the previous owner has closed. */
  readonly again: boolean;
}

/** Time to wait until a closing window releases the port. */
const patienceMs = 3_000;

/** Delay before the next attempt to reach a remote gateway. */
const retryMs = 5_000;

export class GatewayConnection {
  readonly changed = new Emitter<GatewayState>();
  readonly #host: GatewayHost;
  #state: GatewayState = { kind: "opening" };
  #own: InProcessGateway | undefined;
  #withdrawKey: (() => Promise<void>) | undefined;
  #catalogs: readonly Catalog[] = [];
  #merged: MergedCatalogs | undefined;
  #retry: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(host: GatewayHost) {
    this.#host = host;
  }

  get state(): GatewayState {
    return this.#state;
  }

  /** The catalogs of the current state. */
  get catalogs(): readonly Catalog[] {
    return this.#catalogs;
  }

  /** The current runtime types of plugins. */
  get types(): PluginTypes {
    return this.#host.plugins.types;
  }

  get servers(): Servers | undefined {
    return "servers" in this.#state ? this.#state.servers : undefined;
  }

  get address(): Address | undefined {
    return "address" in this.#state ? this.#state.address : undefined;
  }

  /** Closes what is open and opens the gateway for the current settings, catalogs and trust. Never rejects. */
  open(): Promise<void> {
    return this.#next(async () => {
      await this.#release();
      await this.#open(false);
    });
  }

  /** Called when a catalog file was created. Opens again if the list of catalogs has changed. Never rejects. */
  catalogCame(): Promise<void> {
    return this.#next(async () => {
      if (this.#state.kind === "stopped" || this.#state.kind === "remote") return;
      const catalogs = await this.#host.catalogs();
      if (JSON.stringify(catalogs) === JSON.stringify(this.#catalogs)) return;
      await this.#release();
      await this.#open(false);
    });
  }

  /** Stops the gateway of this window, or disconnects from that of another window. Other windows do not take over. */
  stop(): Promise<void> {
    return this.#next(async () => {
      if (this.#state.kind === "own") await this.#markStopped();
      await this.#release();
      this.#set({ kind: "stopped" });
    });
  }

  /** A secret or a runtime type was added, so entries that lacked it may be able to start. */
  async recheck(): Promise<void> {
    await this.#own?.recheck();
  }

  /** Ends every server of this window. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#next(() => this.#release());
  }

  /** Runs one change at a time. */
  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#fail(error));
    return this.#work;
  }

  async #release(): Promise<void> {
    clearTimeout(this.#retry);
    this.servers?.close();
    const own = this.#own;
    this.#own = undefined;
    await this.#withdrawKey?.();
    this.#withdrawKey = undefined;
    await own?.close();
  }

  /** `again`: the previous owner has closed. */
  async #open(again: boolean): Promise<void> {
    if (this.#closed) return;
    this.#set({ kind: "opening" });
    const settings = this.#host.settings();
    if (settings.url !== "" && this.#host.isTrusted()) return this.#openRemote(settings.url);
    this.#catalogs = await this.#host.catalogs();
    if (this.#catalogs.length === 0) return this.#set({ kind: "no-catalog" });
    if (!this.#host.isTrusted()) return this.#list();
    await this.#host.sites.locked(() => this.#share(settings, again));
  }

  async #openRemote(url: string): Promise<void> {
    try {
      const { remoteAddress } = await import("./remote-address.ts");
      const address = await remoteAddress(url, this.#host.remoteKey);
      this.#set({ kind: "remote", servers: await this.#attach(address), address });
    } catch (error) {
      this.#fail(error);
      // If the user did not enter a key, the prompt must not appear again and again.
      if (!(await isRefusal(error))) this.#retry = setTimeout(() => void this.open(), retryMs);
    }
  }

  async #list(): Promise<void> {
    const own = await this.#openOwn();
    this.#set({ kind: "untrusted", servers: own.servers });
  }

  /** Joins the gateway of another window with these catalogs, or else starts one. Runs under the lock. */
  async #share(settings: GatewaySettings, again: boolean): Promise<void> {
    const { sites, secrets } = this.#host;
    const site = recordKeyOf(this.#catalogs.map(({ file }) => file));
    const record = await sites.record(site);
    if (again && record?.stopped) return this.#set({ kind: "stopped" });
    const socket = handoverSocket(site, sites.folder);
    const received = record && socket !== undefined ? await this.#receivedKey(socket) : undefined;
    const key = await installationKey(secrets, received);
    if (record && !record.stopped && (await this.#joinWith([received ?? key, key], record, site))) return;
    await this.#run(settings, { site, key, record, again });
    if (socket !== undefined) await this.#offer(socket, key);
  }

  /** The key from the window that owns the gateway, if that window is trustworthy. */
  async #receivedKey(socket: string): Promise<string | undefined> {
    try {
      return await askKey(socket);
    } catch (error) {
      this.#host.services.log.warn(`not accepting a key from other windows: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Tries each key once. */
  async #joinWith(keys: readonly string[], record: GatewayRecord, site: string): Promise<boolean> {
    for (const key of new Set(keys)) if (await this.#join(record, key, recordKey(key, site))) return true;
    return false;
  }

  /** A failure is only logged, because other windows do not need this if they share the secret storage. */
  async #offer(socket: string, key: string): Promise<void> {
    try {
      this.#withdrawKey = await offerKey(socket, key);
    } catch (error) {
      this.#host.services.log.warn(`other windows may not find this gateway: ${messageOf(error)}`);
    }
  }

  /** Whether the gateway of these catalogs answers at its last address and proves that it knows the key. */
  async #join({ host, port }: GatewayRecord, key: string, ofSite: string): Promise<boolean> {
    const url = urlOf(host, port);
    try {
      const servers = await this.#attach({ url, key: ofSite });
      this.#set({ kind: "shared", servers, address: { url, key } });
      return true;
    } catch (error) {
      if (await isRefusal(error)) this.#host.services.log.warn(messageOf(error));
      return false;
    }
  }

  async #run(
    { host, port, origins }: GatewaySettings,
    { site, key, record, again }: GatewayStart,
  ): Promise<void> {
    const { sites } = this.#host;
    // The last port comes first, because agents are configured with it. The ports of other catalogs are not used.
    const last = record?.host === host ? [record.port] : [];
    const free = (await sites.isClaimed(port, site)) ? [] : [port];
    const ports = [...new Set([...last, ...free, 0])];
    const keys = [key, recordKey(key, site)];
    const own = await this.#openOwn({ host, ports, keys, origins, patienceMs: again ? patienceMs : 0 });
    const url = own.url ?? "";
    const chosen = Number(new URL(url).port);
    await sites.write(site, { host, port: chosen, owner: process.pid, stopped: false });
    this.#set({ kind: "own", servers: own.servers, address: { url, key } });
  }

  async #openOwn(listening?: Parameters<typeof InProcessGateway.open>[1]): Promise<InProcessGateway> {
    const { InProcessGateway } = await import("./in-process-gateway.ts");
    const { services, cacheDir, plugins, proxies } = this.#host;
    const { defaults, hotReload, toolsMode, nameLength } = this.#host.settings();
    const merged = await this.#mergedCatalogs();
    const options = {
      merged,
      services,
      cacheDir,
      plugins,
      defaults,
      hotReload,
      ...(proxies && { proxies }),
      ...(toolsMode && { toolsMode }),
      ...(nameLength !== undefined && { nameLength }),
    };
    this.#own = await InProcessGateway.open(options, listening);
    return this.#own;
  }

  /** Returns the same object for the same catalogs. */
  async #mergedCatalogs(): Promise<MergedCatalogs> {
    const { MergedCatalogs } = await import("../catalogs/merged-catalogs.ts");
    const isSame = JSON.stringify(this.#merged?.catalogs) === JSON.stringify(this.#catalogs);
    this.#merged = this.#merged && isSame ? this.#merged : new MergedCatalogs(this.#catalogs, this.types);
    return this.#merged;
  }

  async #attach(address: Address): Promise<Servers> {
    const { RemoteServers } = await import("../servers/remote-servers.ts");
    const servers = await RemoteServers.attach(address);
    void servers.ended.then(() => this.#onEnded(servers));
    return servers;
  }

  /** The owner has closed. One of the other windows takes over. */
  #onEnded(servers: Servers): void {
    if (this.servers !== servers || this.#closed) return;
    this.#host.services.log.info("the window that owned the gateway has closed");
    void this.#next(async () => {
      if (this.servers === servers) await this.#open(true);
    });
  }

  async #markStopped(): Promise<void> {
    const site = recordKeyOf(this.#catalogs.map(({ file }) => file));
    const record = await this.#host.sites.record(site);
    if (record) await this.#host.sites.write(site, { ...record, stopped: true });
  }

  #fail(error: unknown): void {
    const because = messageOf(error);
    this.#host.services.log.error(because);
    this.#set({ kind: "failed", because });
  }

  #set(state: GatewayState): void {
    this.#state = state;
    const where = "address" in state ? `, at ${state.address.url}` : "";
    this.#host.services.log.info(`gateway: ${state.kind}${where}`);
    if (!this.#closed) this.changed.fire(state);
  }
}

/** Imported on demand, because the module is needed only to contact other gateways. */
async function isRefusal(error: unknown): Promise<boolean> {
  return (await import("../servers/gateway-client.ts")).isRefusal(error);
}

function urlOf(host: string, port: number): string {
  return `http://${formatListenAddress(localAddress({ kind: "tcp", host, port }))}`;
}
