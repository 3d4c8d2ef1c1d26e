/** The fields of a YAML value with their positions, as needed by the providers. Pure. Does not keep YAML nodes. */

import type { Path, TextRange } from "../../src/catalog/text/problem.ts";
import type { YamlText } from "../../src/catalog/text/yaml-text.ts";

/** A value in a document. */
export interface Field {
  /** Relative to the value that was outlined. */
  readonly path: Path;
  readonly kind: "map" | "list" | "text" | "other";
  /** Absent for list items. */
  readonly key?: TextRange;
  readonly value: TextRange;
  /** Only for strings. */
  readonly text?: string;
}

/** Limit for the number of fields. Later fields do not have symbols. */
const maxFields = 5_000;

/** All fields below `root`, in the order of the text. Positions are those of `yaml`. */
export function outlineOf(yaml: YamlText, value: unknown, root: Path): Field[] {
  const fields: Field[] = [];
  const visit = (value: unknown, path: Path): void => {
    for (const [step, child] of childrenOf(value)) {
      if (fields.length >= maxFields) return;
      const at = [...path, step];
      fields.push(fieldOf(yaml, child, at, root));
      visit(child, at);
    }
  };
  visit(value, root);
  return fields;
}

function childrenOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, at) => [at, item]);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value);
}

function fieldOf(yaml: YamlText, value: unknown, at: Path, root: Path): Field {
  return {
    path: at.slice(root.length),
    kind: kindOf(value),
    value: yaml.placeOf(at, "value"),
    ...(typeof at.at(-1) === "string" && { key: yaml.placeOf(at, "key") }),
    ...(typeof value === "string" && { text: value }),
  };
}

function kindOf(value: unknown): Field["kind"] {
  if (typeof value === "string") return "text";
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "map" : "other";
}

/** The same range, moved down by some lines. */
export function moved<T extends TextRange>(place: T, lines: number): T {
  return { ...place, line: place.line + lines, endLine: place.endLine + lines };
}
