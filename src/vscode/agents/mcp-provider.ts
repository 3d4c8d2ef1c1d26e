/**
 * Provides the servers to VS Code's own agents (protocol.md, *Editor API*). The key is provided only when a server is
 * used.
 */

import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { stableStringify } from "../../base/json.ts";
import type { GatewayConnection, GatewayState } from "../gateway/gateway-connection.ts";
import type { ServerRow } from "../servers/servers.ts";
import { exposure } from "../settings.ts";

export const providerId = "openMcpGateway.servers";

type Definition = vscode.McpHttpServerDefinition;

export class McpProvider implements vscode.McpServerDefinitionProvider<Definition> {
  readonly #gateway: GatewayConnection;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeMcpServerDefinitions = this.#changed.event;
  #offered = "";

  constructor(gateway: GatewayConnection) {
    this.#gateway = gateway;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Notifies the editor if the provided servers have changed. */
  refresh(): void {
    const offered = stableStringify(
      this.#definitions().map(({ label, uri, version }) => [label, `${uri}`, version]),
    );
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#changed.fire();
  }

  provideMcpServerDefinitions(): Definition[] {
    return this.#definitions();
  }

  /** Called before the server is used. Adds the key after the listener has proved that it is the gateway. */
  async resolveMcpServerDefinition(definition: Definition): Promise<Definition> {
    const { address } = this.#gateway;
    if (!address) return definition;
    if (!definition.uri.toString(true).startsWith(`${address.url}/`))
      throw new Error(
        vscode.l10n.t("The address of the gateway has changed. Refresh the list of MCP servers."),
      );
    const { ask, authorization } = await import("../servers/gateway-client.ts");
    await ask(address, "/health");
    definition.headers = authorization(address.key);
    return definition;
  }

  #definitions(): Definition[] {
    const { state } = this.#gateway;
    if (!("address" in state)) return [];
    const rows = state.servers.overview.rows.filter(({ enabled }) => enabled);
    const kind = exposure();
    if (kind === "none" || rows.length === 0) return [];
    return kind === "aggregate" ? [all(state, rows)] : rows.map((row) => one(state, row));
  }
}

type WithAddress = Extract<GatewayState, { address: unknown }>;

/** Labels are ids, because ids are unique and do not change when a display name changes. */
function one({ address }: WithAddress, row: ServerRow): Definition {
  const uri = vscode.Uri.parse(`${address.url}/${row.id}/mcp`);
  return new vscode.McpHttpServerDefinition(row.id, uri, {}, row.revision);
}

function all({ address }: WithAddress, rows: readonly ServerRow[]): Definition {
  const revisions = rows.map(({ id, revision }) => [id, revision]);
  const version = createHash("sha256").update(stableStringify(revisions)).digest("hex").slice(0, 16);
  return new vscode.McpHttpServerDefinition(
    "mcp-gateway",
    vscode.Uri.parse(`${address.url}/mcp`),
    {},
    version,
  );
}
