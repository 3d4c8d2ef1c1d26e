/**
 * Converts servers from another program's configuration into catalog entries. Pure. Everything that is not converted is
 * noted.
 */

import type { Entry } from "../../catalog/entry.ts";
import { secretNameOf } from "../../catalog/secrets/redacted-entry.ts";
import { argName, maskSecrets, replaceSecrets } from "../../catalog/secrets/secret-detector.ts";
import { mapStrings } from "../../catalog/text/strings-in.ts";
import { secretNames } from "../gateway/command-line.ts";

/** One converted server. */
export interface Imported {
  readonly entry: Entry;
  /** Values of secrets found in the file, by the secret name that the entry now uses. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Notes for the user about fields that were not imported. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Names of secrets that are in use. The value is `undefined` if it is not known. */
export type TakenSecrets = ReadonlyMap<string, string | undefined>;

/** Fields with the same meaning in all supported programs. All other fields become notes. */
const known = new Set([
  ...["type", "transport", "transportType", "command", "args", "cwd", "env", "url", "serverUrl", "httpUrl"],
  ...["headers", "disabled", "enabled", "timeout", "description"],
]);

/** `taken` are ids in use. A secret gets a name that is not in `secrets`, or that has the same value there. */
export function importServers(
  servers: Fields,
  taken: Iterable<string>,
  secrets: TakenSecrets = new Map(),
): Imported[] {
  const ids = new Set(taken);
  const written = Object.entries(servers).flatMap(([name, fields]) => {
    if (typeof fields !== "object" || fields === null) return [];
    const id = freeId(name, ids);
    ids.add(id);
    const entry = entryOf(id, name, fields as Fields);
    return entry ? [{ entry, notes: notesOf(fields as Fields) }] : [];
  });
  // A secret that an entry uses by name must not get a value that was written in another entry.
  const used = written.flatMap(({ entry }) => secretNames(entry));
  const names = new Map([...used.map((name) => [name, undefined] as const), ...secrets]);
  return written.map(({ entry, notes }) => ({ ...withoutSecrets(entry, names), notes }));
}

/** Notes about fields that are not imported. For an object only the keys are shown, because any value may be secret. */
function notesOf(fields: Fields): string[] {
  return Object.keys(fields)
    .filter((key) => !known.has(key))
    .map((key) => `${key}: ${valueShown(key, fields[key])}`);
}

function valueShown(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const texts = value.map(String);
    return `[${value.map((item, at) => valueShown(argName(texts, at) || name, item)).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) return `{${Object.keys(value).join(", ")}}`;
  return typeof value === "string"
    ? JSON.stringify(maskSecrets(name, value))
    : maskSecrets(name, String(value));
}

function entryOf(id: string, name: string, fields: Fields): Entry | undefined {
  const runtime = runtimeOf(fields);
  if (!runtime) return undefined;
  const env = textsIn(fields["env"]);
  const isLocal = runtime.type === "local-process";
  const description = fields["description"];
  const timeout = fields["timeout"];
  return {
    id,
    ...(id !== name && { display_name: name }),
    ...(typeof description === "string" && { description }),
    runtime,
    ...(isLocal && Object.keys(env).length > 0 && { env }),
    ...((fields["disabled"] === true || fields["enabled"] === false) && { enabled: false }),
    ...(typeof timeout === "number" && timeout > 0 && { request_timeout_seconds: seconds(timeout) }),
  };
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

/** Converts variables of other programs to the catalog's syntax. Escapes variables that are not known. */
function translated(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    if (/^(?:env:)?[A-Za-z_]\w*(?::-[^}]*)?$/.test(inner) || inner === "workspaceFolder") return whole;
    const input = /^input:(.+)$/.exec(inner)?.[1];
    if (input !== undefined) return `\${secret:${secretName(input)}}`;
    return `$${whole}`;
  });
}

/** Replaces each secret in the text with a variable, and reserves the name of the variable. */
function withoutSecrets(
  written: Entry,
  taken: Map<string, string | undefined>,
): Pick<Imported, "entry" | "secrets"> {
  const secrets: Record<string, string> = {};
  const named = (text: string, path: readonly (string | number)[]): string => {
    const name = secretNameOf(written, path);
    return replaceSecrets(name, text, (secret) => {
      // A variable in the value is not a secret, and neither is the scheme before it.
      const [scheme = ""] = /^(?:Bearer|Basic|token)\s+/i.exec(secret) ?? [];
      const value = secret.slice(scheme.length);
      if (value.includes("${")) return secret;
      const key = freeName(secretName(`${written.id}_${name || String(path.at(-1))}`), value, taken);
      taken.set(key, value);
      secrets[key] = value;
      return `${scheme}\${secret:${key}}`;
    });
  };
  const entry: Entry = {
    ...written,
    runtime: mapStrings(written.runtime, named, ["runtime"]),
    ...(written.env && { env: mapStrings(written.env, named, ["env"]) }),
  };
  return { entry, secrets };
}

function freeName(name: string, value: string, taken: TakenSecrets): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!taken.has(candidate) || taken.get(candidate) === value) return candidate;
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

/** Programs use seconds or milliseconds. A timeout of more than an hour is taken as milliseconds. */
function seconds(timeout: number): number {
  return timeout > 3_600 ? Math.ceil(timeout / 1000) : timeout;
}

const reserved = ["health", "stats", "servers", "mcp", "rpc", "admin", "metrics", "events", "ui"];

/** A valid and unused id that resembles the name. */
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
