/** The types of a catalog, as the schema says. Field docs live in schemas/catalog.schema.json only. */

export type { CatalogFile as Catalog, Entry, RuntimeConfig } from "./generated/catalog-types.ts";
