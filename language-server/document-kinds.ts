/**
 * The document types that the server supports. Each type is a row of the table, and the first row whose path matches is
 * used: `.mcp/catalog.yaml` is a catalog, any other file in that folder is metadata.
 */

import catalogSchema from "../schemas/catalog.schema.json" with { type: "json" };
import configSchema from "../schemas/config.schema.json" with { type: "json" };
import metadataSchema from "../schemas/metadata.schema.json" with { type: "json" };
import type { Problem } from "../src/catalog/text/problem.ts";
import { checkConfigText } from "../src/config/load-config.ts";
import { parseMetadata } from "../src/metadata/parse-metadata.ts";
import { languageIds } from "./protocol.ts";
import type { Schema } from "./schema/json-schema.ts";

export interface DocumentKind {
  readonly name: string;
  readonly languageId: string;
  /** Matches the end of a path, with `/` as separator, for editors that know only the language `yaml`. */
  readonly path: RegExp;
  readonly schema: Schema;
  readonly check:
    | { readonly by: "entry" }
    /** Finds all problems of a text, saved or not. `file` is its absolute path. Never rejects. */
    | { readonly by: "file"; readonly problems: (text: string, file: string) => Promise<readonly Problem[]> };
}

export const documentKinds: readonly DocumentKind[] = [
  {
    name: "catalog",
    languageId: languageIds.catalog,
    path: /(?:^|\/)(?:[\w.-]+\.)?catalog\.ya?ml$/,
    schema: catalogSchema,
    check: { by: "entry" },
  },
  {
    name: "config",
    languageId: languageIds.config,
    path: /(?:^|\/)\.?mcp-gateway\/config\.ya?ml$/,
    schema: configSchema,
    check: { by: "file", problems: checkConfigText },
  },
  {
    name: "metadata",
    languageId: languageIds.metadata,
    path: /(?:^|\/)\.mcp\/[^/]+\.ya?ml$/,
    schema: metadataSchema,
    check: { by: "file", problems: async (text) => parseMetadata(text).problems },
  },
];

/** Uses the language id. Only a plain YAML document is matched by its path. */
export function documentKindOf(
  languageId: string,
  path: string,
  known: readonly DocumentKind[] = documentKinds,
): DocumentKind | undefined {
  const own = known.find((kind) => kind.languageId === languageId);
  if (own !== undefined || !/^ya?ml(?:\.|$)/.test(languageId)) return own;
  const named = languageId.slice(languageId.indexOf(".") + 1);
  const ofName = known.find((kind) => kind.languageId === named);
  return ofName ?? known.find((kind) => kind.path.test(path.replaceAll("\\", "/")));
}
