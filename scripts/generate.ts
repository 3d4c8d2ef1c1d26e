/**
 * Writes what is derived from schemas/: types, validators, and the tables of README.md.
 * The test of drift calls the same pure functions; nothing here is used while the gateway runs.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";
import { errorFacts } from "../src/base/errors.ts";
import type { Schema } from "./field-tables.ts";
import { configTable, entryTables, replaceBetween } from "./field-tables.ts";

const root = new URL("../", import.meta.url);
const banner = "/* Generated from schemas/ by `npm run generate`. Do not edit. */\n";

/** Keywords of ours and of editors, which the validator passes over. */
const editorKeywords = ["patternErrorMessage", "errorMessage", "enumDescriptions"];

/** The generated files by name, as text. `catalog` and `config` are the parsed schemas. */
export async function generatedFiles(catalog: Schema, config: Schema): Promise<Record<string, string>> {
  return {
    "catalog-types.ts": await typesOf(catalog, "CatalogFile"),
    "config-types.ts": await typesOf(config, "ConfigFile"),
    "schema-facts.ts": schemaFacts(catalog, config),
    "validate.js": validators(catalog, config),
    "validate.d.ts": validatorTypes,
  };
}

/** README.md with all tables brought up to date; markers that are missing are passed over. */
export function readmeWithTables(readme: string, catalog: Schema, config: Schema): string {
  const withCatalog = replaceBetween(readme, "catalog-fields", entryTables(catalog));
  const withConfig = replaceBetween(withCatalog, "config-fields", configTable(config));
  return replaceBetween(withConfig, "errors", errorTable());
}

function errorTable(): string {
  const rows = Object.entries(errorFacts).map(
    ([code, { status, rpc, meaning }]) => `| \`${code}\` | ${status} | ${rpc} | ${meaning} |`,
  );
  return ["| Error | HTTP | JSON-RPC | |", "|---|---|---|---|", ...rows].join("\n");
}

async function typesOf(schema: Schema, name: string): Promise<string> {
  return compile(withoutTitles(schema) as Parameters<typeof compile>[0], name, {
    bannerComment: banner.trim(),
    additionalProperties: false,
    style: { printWidth: 110 },
  });
}

/** Titles would become type names; the names of definitions are the ones we want. */
function withoutTitles(schema: Schema): Schema {
  return without(["title"], schema) as Schema;
}

/** What only people read would triple the size of the validators. */
function withoutDocs(schema: Schema): Schema {
  return without(["title", "description", "default", "examples", "enumDescriptions"], schema) as Schema;
}

function without(keywords: readonly string[], node: unknown, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => without(keywords, item));
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => isNames || !keywords.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      without(keywords, value, key === "properties" || key === "definitions"),
    ]),
  );
}

/** The names and defaults the code needs from the schemas. */
function schemaFacts(catalog: Schema, config: Schema): string {
  const entry = catalog.definitions?.["Entry"] ?? {};
  const restart = catalog.definitions?.["Restart"] ?? {};
  const runtimes = (catalog.definitions?.["RuntimeConfig"]?.oneOf ?? []).map(
    ({ $ref = "" }): Schema => catalog.definitions?.[$ref.replace("#/definitions/", "")] ?? {},
  );
  const requiredOfRuntimes = runtimes.flatMap(({ required = [] }) => required.map((key) => `runtime.${key}`));
  const facts = {
    entryKeys: Object.keys(entry.properties ?? {}),
    requiredFields: [...new Set([...(entry.required ?? []), ...requiredOfRuntimes])],
    runtimeTypes: runtimes.map(({ properties }) => properties?.["type"]?.const),
    runtimeKeys: [...new Set(runtimes.flatMap(({ properties = {} }) => Object.keys(properties)))],
    entryDefaults: defaultsOf(entry),
    restartDefaults: defaultsOf(restart),
    configDefaults: defaultsOf(config),
  };
  const lines = Object.entries(facts).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`,
  );
  return `${banner}\n${lines.join("\n")}`;
}

function defaultsOf(schema: Schema): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    properties.filter(([, field]) => field.default !== undefined).map(([key, field]) => [key, field.default]),
  );
}

function validators(catalog: Schema, config: Schema): string {
  const ajv = new Ajv({
    schemas: { catalog: withoutDocs(catalog), config: withoutDocs(config) },
    allErrors: true,
    discriminator: true,
    verbose: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  for (const keyword of editorKeywords) ajv.addKeyword(keyword);
  const code = standalone.default(ajv, { validateCatalog: "catalog", validateConfig: "config" });
  // What is generated must run without ajv: a helper it would ask for is a schema to be written otherwise.
  if (code.includes("require(")) throw new Error("the validators need a helper of ajv at run time");
  return banner + code;
}

const validatorTypes = `${banner}import type { ErrorObject } from "ajv";

interface Validate {
  (data: unknown): boolean;
  /** Of the last call. */
  errors?: ErrorObject[] | null;
}

export declare const validateCatalog: Validate;
export declare const validateConfig: Validate;
`;

/** A schema of schemas/, parsed. */
export async function readSchema(name: "catalog" | "config"): Promise<Schema> {
  return JSON.parse(await readFile(new URL(`schemas/${name}.schema.json`, root), "utf8")) as Schema;
}

async function main(): Promise<void> {
  const [catalog, config] = await Promise.all([readSchema("catalog"), readSchema("config")]);
  const folder = new URL("src/catalog/generated/", root);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await generatedFiles(catalog, config)))
    await writeFile(new URL(name, folder), text);
  const readmeUrl = new URL("README.md", root);
  const readme = await readFile(readmeUrl, "utf8").catch(() => undefined);
  if (readme !== undefined) await writeFile(readmeUrl, readmeWithTables(readme, catalog, config));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
