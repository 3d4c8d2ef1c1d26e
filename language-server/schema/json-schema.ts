/** Converts the schemas to the form that the YAML library needs. Pure. All texts come from schemas/. */

/** The parts of JSON Schema that are used here. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** Keeps descriptions as Markdown, which the library would escape. */
export function forHover(schema: Schema): Schema {
  return mapSchema(schema, withMarkdown);
}

/**
 * Removes examples that are not single values, because the library would insert them whole and their strings without
 * quotes.
 */
export function forCompletion(schema: Schema): Schema {
  return mapSchema(schema, (node) => {
    const { examples, ...rest } = withMarkdown(node);
    const simple = examples?.filter((example) => typeof example !== "object");
    return simple === undefined || simple.length === 0 ? rest : { ...rest, examples: simple };
  });
}

/** The target of a reference, or else the schema itself. */
export function resolved(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : (root.definitions?.[name] ?? schema);
}

/** The schemas of the value at a path, from all matching alternatives. A number stands for any list item. */
export function schemasAt(
  root: Schema,
  path: readonly (string | number)[],
  from: Schema = root,
): readonly Schema[] {
  const schema = resolved(root, from);
  const [step, ...rest] = path;
  if (step === undefined) return [schema];
  const branches = schema.oneOf ?? [schema];
  return branches.flatMap((branch) => {
    const { items, properties } = resolved(root, branch);
    const next = typeof step === "number" ? items : own(properties, step);
    return next === undefined ? [] : schemasAt(root, rest, next);
  });
}

function own(properties: Readonly<Record<string, Schema>> | undefined, key: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function withMarkdown(schema: Schema): Schema {
  if (schema.description === undefined) return schema;
  return { ...schema, markdownDescription: schema.description };
}

/** A copy in which each schema is changed. Values that only look like a schema stay the same. */
function mapSchema(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const inside = Object.entries(schema).map(([keyword, value]) => [
    keyword,
    mapKeyword(keyword, value, change),
  ]);
  return change(Object.fromEntries(inside) as Schema);
}

function mapKeyword(keyword: string, value: unknown, change: (schema: Schema) => Schema): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (keyword) {
    case "properties":
    case "definitions":
      return Object.fromEntries(
        Object.entries(value).map(([name, schema]) => [name, mapSchema(schema as Schema, change)]),
      );
    case "oneOf":
      return (value as readonly Schema[]).map((schema) => mapSchema(schema, change));
    case "items":
    case "additionalProperties":
      return mapSchema(value as Schema, change);
    default:
      return value;
  }
}

/** The schema of catalogs, extended with the runtime types of plugins. Other schemas stay the same. */
export function withRuntimes(
  root: Schema,
  types: readonly { readonly type: string; readonly schema: Schema }[],
): Schema {
  const { RuntimeConfig: known, ...definitions } = root.definitions ?? {};
  if (known === undefined || types.length === 0) return root;
  const added = types.map(({ type, schema }) => [`plugin:${type}`, ofPlugin(type, schema)] as const);
  const inner = types.flatMap(({ type, schema }) =>
    Object.entries(schema.definitions ?? {}).map(([name, one]) => [
      `plugin:${type}:${name}`,
      within(type, one),
    ]),
  );
  const references = added.map(([name]) => ({ $ref: `#/definitions/${name}` }));
  const RuntimeConfig = { ...known, oneOf: [...(known.oneOf ?? []), ...references] };
  return {
    ...root,
    definitions: { ...definitions, ...Object.fromEntries([...added, ...inner]), RuntimeConfig },
  };
}

function ofPlugin(type: string, { definitions: _, ...schema }: Schema): Schema {
  return { title: type, ...within(type, schema) };
}

/** Adds a plugin's definitions under names of their own. */
function within(type: string, schema: Schema): Schema {
  return mapSchema(schema, (node) => {
    const name = node.$ref?.replace("#/definitions/", "");
    return name === undefined ? node : { ...node, $ref: `#/definitions/plugin:${type}:${name}` };
  });
}
