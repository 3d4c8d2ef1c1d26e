/** The fields of a YAML value with their places, as far as providers ask for them. Pure; keeps no tree of YAML nodes. */

import type { Path, TextRange } from "../../src/catalog/text/problem.ts";
import type { YamlText } from "../../src/catalog/text/yaml-text.ts";

/** A value in a document. */
export interface Field {
  /** From the value that was outlined. */
  readonly path: Path;
  readonly kind: "map" | "list" | "text" | "other";
  /** Absent for items of lists. */
  readonly key?: TextRange;
  readonly value: TextRange;
  /** Of strings. */
  readonly text?: string;
}

/** Nobody writes more by hand; what comes after it has no symbols. */
const mostFields = 5_000;

/** Every field below `root`, in the order of the text; places are those of `yaml`. */
export function outlineOf(yaml: YamlText, value: unknown, root: Path): Field[] {
  const fields: Field[] = [];
  const visit = (value: unknown, path: Path): void => {
    for (const [step, child] of childrenOf(value)) {
      if (fields.length >= mostFields) return;
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

/** The same place some lines further down. */
export function moved<T extends TextRange>(place: T, lines: number): T {
  return { ...place, line: place.line + lines, endLine: place.endLine + lines };
}
