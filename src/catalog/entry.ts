/** The types of a catalog, generated from the schema. The fields are documented only in schemas/catalog.schema.json. */

export type { CatalogFile as Catalog, Entry, RuntimeConfig } from "./generated/catalog-types.ts";
