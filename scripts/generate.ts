/**
 * Generates files from schemas/: types, validators, and the tables of the documentation.
 * A test calls the same pure functions to find outdated files. The gateway does not use this module at run time.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";
import { errorFacts } from "../src/base/errors.ts";
import type { Schema } from "./field-tables.ts";
import { configTable, definitionTable, entryTables, replaceBetween } from "./field-tables.ts";

const root = new URL("../", import.meta.url);
const banner = "/* Generated from schemas/ by `npm run generate`. Do not edit. */\n";

/** Keywords of this project and of editors, which the validator ignores. */
const editorKeywords = ["patternErrorMessage", "errorMessage", "enumDescriptions"];

const schemaNames = ["catalog", "config", "metadata"] as const;

/** The parsed schemas of schemas/ by name. */
export type Schemas = Readonly<Record<(typeof schemaNames)[number], Schema>>;

/** The texts of the generated files, by path relative to src/. */
export async function generatedFiles({
  catalog,
  config,
  metadata,
}: Schemas): Promise<Record<string, string>> {
  return {
    "catalog/generated/catalog-types.ts": await typesOf(catalog, "CatalogFile"),
    "catalog/generated/config-types.ts": await typesOf(config, "ConfigFile"),
    "catalog/generated/schema-facts.ts": schemaFacts(catalog, config),
    "catalog/generated/validate.js": validators({ catalog, config }),
    "catalog/generated/validate.d.ts": validatorTypes(["catalog", "config"]),
    "metadata/generated/metadata-types.ts": await typesOf(metadata, "MetadataFile"),
    "metadata/generated/server-defaults.ts": serverDefaults(metadata),
    "metadata/generated/validate.js": validators({ metadata }),
    "metadata/generated/validate.d.ts": validatorTypes(["metadata"]),
  };
}

/** The page of the documentation with each table. */
export const tablePages = {
  "catalog-fields": "docs/catalog.md",
  "config-fields": "docs/configuration.md",
  "metadata-fields": "docs/mcp-runtime.md",
  errors: "docs/http.md",
} as const;

/** `page` with all tables updated. Missing markers are ignored. */
export function pageWithTables(page: string, { catalog, config, metadata }: Schemas): string {
  const tables: Record<keyof typeof tablePages, string> = {
    "catalog-fields": entryTables(catalog),
    "config-fields": configTable(config),
    "metadata-fields": definitionTable(metadata, "PlatformServer"),
    errors: errorTable(),
  };
  return Object.entries(tables).reduce((text, [name, table]) => replaceBetween(text, name, table), page);
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

/** Removes titles, because they would become the type names instead of the names of definitions. */
function withoutTitles(schema: Schema): Schema {
  return without(["title"], schema) as Schema;
}

/** Removes documentation, because it would triple the size of the validators. */
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

/** Names and defaults from the schemas, for the code. */
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
    runtimeKeys: Object.fromEntries(
      runtimes.map(({ properties = {} }) => [properties["type"]?.const, Object.keys(properties)]),
    ),
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

/** Defaults of the platform's servers. */
function serverDefaults(metadata: Schema): string {
  const facts = defaultsOf(metadata.definitions?.["PlatformServer"] ?? {});
  return `${banner}\nexport const serverDefaults = ${JSON.stringify(facts, null, 2)} as const;\n`;
}

function validators(schemas: Partial<Schemas>): string {
  const bare = Object.entries(schemas).map(([name, schema]) => [name, withoutDocs(schema)]);
  const ajv = new Ajv({
    schemas: Object.fromEntries(bare),
    allErrors: true,
    discriminator: true,
    verbose: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  for (const keyword of editorKeywords) ajv.addKeyword(keyword);
  const exported = Object.keys(schemas).map((name) => [validatorName(name), name]);
  const code = standalone.default(ajv, Object.fromEntries(exported));
  // The generated code must run without ajv.
  if (code.includes("require("))
    throw new Error("the validators need a helper of ajv at run time: change the schema so that they do not");
  return banner + code;
}

function validatorName(schema: string): string {
  return `validate${schema.charAt(0).toUpperCase()}${schema.slice(1)}`;
}

function validatorTypes(schemas: readonly string[]): string {
  const declared = schemas.map((name) => `export declare const ${validatorName(name)}: Validate;\n`);
  return `${banner}import type { ErrorObject } from "ajv";

interface Validate {
  (data: unknown): boolean;
  /** Errors of the last call. */
  errors?: ErrorObject[] | null;
}

${declared.join("")}`;
}

export async function readSchemas(): Promise<Schemas> {
  const read = schemaNames.map(async (name) => {
    const text = await readFile(new URL(`schemas/${name}.schema.json`, root), "utf8");
    return [name, JSON.parse(text)];
  });
  return Object.fromEntries(await Promise.all(read)) as Schemas;
}

async function main(): Promise<void> {
  const schemas = await readSchemas();
  for (const [path, text] of Object.entries(await generatedFiles(schemas))) {
    const file = new URL(`src/${path}`, root);
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
  }
  for (const page of Object.values(tablePages)) {
    const url = new URL(page, root);
    await writeFile(url, pageWithTables(await readFile(url, "utf8"), schemas));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
