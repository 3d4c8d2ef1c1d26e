/** Creates Markdown tables of the fields of a schema. Pure. */

/** The parts of JSON Schema that the tables use. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** One table for the fields of an entry, and one for each runtime. */
export function entryTables(catalog: Schema): string {
  const definition = (name: string) => resolve(catalog, { $ref: `#/definitions/${name}` });
  const runtimes = (definition("RuntimeConfig").oneOf ?? []).map((branch) => resolve(catalog, branch));
  const sections = runtimes.map((runtime) => {
    const type = String(runtime.properties?.["type"]?.const);
    return `**\`runtime.type: ${type}\`** ${runtime.description}\n\n${table(catalog, runtime, ["type"])}`;
  });
  return [table(catalog, definition("Entry"), []), ...sections].join("\n\n");
}

/** The table of the config's keys. */
export function configTable(config: Schema): string {
  return table(config, config, []);
}

/** The table of the fields of one definition. */
export function definitionTable(root: Schema, name: string): string {
  return table(root, root.definitions?.[name] ?? {}, []);
}

/** `text` with the content between the markers of `name` replaced. Unchanged where the markers are missing. */
export function replaceBetween(text: string, name: string, content: string): string {
  const open = `<!-- generated:${name} -->`;
  const close = `<!-- /generated:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) return text;
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}

function table(root: Schema, schema: Schema, skip: readonly string[]): string {
  const required = new Set(schema.required);
  const rows = fields(root, schema, "")
    .filter(({ path }) => !skip.includes(path))
    .map(({ path, field }) => {
      const fallback = required.has(path) ? "required" : defaultOf(field);
      return `| \`${path}\` | ${fallback} | ${cell(field.description ?? "")} |`;
    });
  return ["| Field | Default | |", "|---|---|---|", ...rows].join("\n");
}

function fields(root: Schema, schema: Schema, prefix: string): { path: string; field: Schema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, raw]) => {
    const field = resolve(root, raw);
    return [{ path: prefix + name, field }, ...fields(root, field, `${prefix}${name}.`)];
  });
}

function resolve(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : (root.definitions?.[name] ?? schema);
}

function defaultOf(field: Schema): string {
  return field.default === undefined ? "" : `\`${JSON.stringify(field.default).replaceAll('"', "")}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
