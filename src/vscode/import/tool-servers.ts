/** From the servers in another tool's configuration to entries of a catalog. Pure; loses nothing silently. */

import type { Entry } from "../../catalog/entry.ts";
import { secretNameOf } from "../../catalog/secrets/redact.ts";
import { maskSecrets, secretsIn } from "../../catalog/secrets/secrets.ts";
import { mapTexts } from "../../catalog/text/texts.ts";

/** One server as it would be imported. */
export interface Imported {
  readonly entry: Entry;
  /** Secrets that stood in the file, by the name the entry now uses. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What could not be taken over, for people. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that mean the same in every tool we know. Whatever else there is becomes a note. */
const known = new Set([
  ...["type", "transport", "transportType", "command", "args", "cwd", "env", "url", "serverUrl", "httpUrl"],
  ...["headers", "disabled", "enabled", "timeout", "description"],
]);

/** `taken` are ids that are used already. */
export function importServers(servers: Fields, taken: Iterable<string>): Imported[] {
  const ids = new Set(taken);
  return Object.entries(servers).flatMap(([name, fields]) => {
    if (typeof fields !== "object" || fields === null) return [];
    const id = freeId(name, ids);
    ids.add(id);
    const imported = importServer(id, name, fields as Fields);
    return imported ? [imported] : [];
  });
}

function importServer(id: string, name: string, fields: Fields): Imported | undefined {
  const notes = Object.keys(fields)
    .filter((key) => !known.has(key))
    .map((key) => `${key}: ${maskSecrets(key, JSON.stringify(fields[key]))}`);
  const runtime = runtimeOf(fields);
  if (!runtime) return undefined;
  const env = textsIn(fields["env"]);
  const isLocal = runtime.type === "local-process";
  const description = fields["description"];
  const timeout = fields["timeout"];
  const written: Entry = {
    id,
    ...(id !== name && { display_name: name }),
    ...(typeof description === "string" && { description }),
    runtime,
    ...(isLocal && Object.keys(env).length > 0 && { env }),
    ...((fields["disabled"] === true || fields["enabled"] === false) && { enabled: false }),
    ...(typeof timeout === "number" && timeout > 0 && { request_timeout_seconds: seconds(timeout) }),
  };
  return withoutSecrets(written, notes);
}

function runtimeOf(fields: Fields): Entry["runtime"] | undefined {
  const url = [fields["url"], fields["serverUrl"], fields["httpUrl"]].find(
    (value) => typeof value === "string",
  );
  const { command, cwd } = fields;
  if (typeof command === "string") {
    const args = Array.isArray(fields["args"]) ? fields["args"].map(String) : [];
    return {
      type: "local-process",
      command: translated(command),
      ...(args.length > 0 && { args: args.map(translated) }),
      ...(typeof cwd === "string" && { working_dir: translated(cwd) }),
    };
  }
  if (typeof url !== "string") return undefined;
  const headers = textsIn(fields["headers"]);
  return {
    type: "remote-sse",
    url: translated(url),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function textsIn(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, translated(String(text ?? ""))]),
  );
}

/** The variables of other tools in our grammar; what is a variable nowhere is meant as it stands. */
function translated(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    if (/^(?:env:)?[A-Za-z_]\w*(?::-[^}]*)?$/.test(inner) || inner === "workspaceFolder") return whole;
    const input = /^input:(.+)$/.exec(inner)?.[1];
    if (input !== undefined) return `\${secret:${secretName(input)}}`;
    return `$${whole}`;
  });
}

/** Each secret that is written out becomes a variable. */
function withoutSecrets(written: Entry, notes: readonly string[]): Imported {
  const secrets: Record<string, string> = {};
  const named = (text: string, path: readonly (string | number)[]): string => {
    const name = secretNameOf(written, path);
    let shown = text;
    for (const secret of secretsIn(name, text)) {
      // A variable in it is no secret; the word before it is none either.
      const value = secret.replace(/^(?:Bearer|Basic|token)\s+/i, "");
      if (value.includes("${")) continue;
      const key = freeName(secretName(`${written.id}_${name || String(path.at(-1))}`), value, secrets);
      secrets[key] = value;
      shown = shown.replace(value, () => `\${secret:${key}}`);
    }
    return shown;
  };
  const entry: Entry = {
    ...written,
    runtime: mapTexts(written.runtime, named, ["runtime"]),
    ...(written.env && { env: mapTexts(written.env, named, ["env"]) }),
  };
  return { entry, secrets, notes };
}

function freeName(name: string, value: string, secrets: Readonly<Record<string, string>>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (secrets[candidate] === undefined || secrets[candidate] === value) return candidate;
  }
}

function secretName(text: string): string {
  return (
    text
      .replaceAll(/[^A-Za-z0-9]+/g, "_")
      .replaceAll(/^_+|_+$/g, "")
      .toUpperCase() || "SECRET"
  );
}

/** Tools count in seconds or in milliseconds: nobody waits for an hour. */
function seconds(timeout: number): number {
  return timeout > 3_600 ? Math.ceil(timeout / 1000) : timeout;
}

const reserved = ["health", "stats", "servers", "mcp", "rpc", "admin", "metrics", "events", "ui"];

/** An id as catalogs allow them, like the name. */
export function freeId(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 58)
    .replaceAll(/^-+|-+$/g, "");
  const id = plain === "" || reserved.includes(plain) ? `server${plain && `-${plain}`}` : plain;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? id : `${id}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
