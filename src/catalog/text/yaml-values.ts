/**
 * Converts the tree of a YAML document to plain values. Always terminates: cycles, too many aliases, deep nesting and
 * keys that are not texts become problems.
 */

import type { Alias, Node, Pair, YAMLMap } from "yaml";
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Path } from "./problem.ts";
import { quoted } from "./problem.ts";

/** Maximum number of nodes that all aliases of one file may expand to. */
const aliasBudget = 50_000;
const deepest = 100;

/** A problem with a node, before its offsets are converted to a position. */
export interface NodeProblem {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
  readonly node: Node | undefined;
}

export interface PlainValue {
  readonly value: unknown;
  readonly problems: readonly NodeProblem[];
  /** The target of each alias. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Converts the root of a document. Problems are in the order of the text. */
export function plainValue(root: Node | null): PlainValue {
  const conversion = new Conversion();
  const value = conversion.convert(root, []);
  return { value, problems: conversion.problems, targets: conversion.targets };
}

/** The text of a map's key; `undefined` if it is not a text. */
export function keyText(pair: Pair): string | undefined {
  const { key } = pair;
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

class Conversion {
  readonly problems: NodeProblem[] = [];
  readonly targets = new Map<Alias, Node>();
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliasDepth = 0;
  #aliased = 0;

  convert(node: unknown, path: Path): unknown {
    if (isAlias(node)) return this.#alias(node, path);
    if (isScalar(node)) {
      this.#remember(node);
      return this.#withinBudget() ? node.value : null;
    }
    if (!isMap(node) && !isSeq(node)) return null;
    this.#remember(node);
    if (!this.#withinBudget()) return null;
    if (path.length > deepest) return this.#report("too-deep", "Nested too deeply", path, node);
    this.#open.add(node);
    const value = isMap(node)
      ? this.#map(node, path)
      : node.items.map((item, at) => this.convert(item, [...path, at]));
    this.#open.delete(node);
    return value;
  }

  #map(map: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of map.items) {
      const key = this.#key(pair, path);
      if (key === undefined) continue;
      const converted = this.convert(pair.value, [...path, key]);
      if (Object.hasOwn(value, key)) this.#duplicate(pair.key as Node, [...path, key]);
      else if (key !== "__proto__") value[key] = converted;
      else Object.defineProperty(value, key, { value: converted, enumerable: true, configurable: true });
    }
    return value;
  }

  #key(pair: Pair, path: Path): string | undefined {
    const key = keyText(pair);
    const node = (pair.key ?? pair.value ?? undefined) as Node | undefined;
    if (key === undefined) {
      this.#report("key-not-text", "A key must be plain text", path, node);
    } else if (key === "<<") {
      this.#report("merge-key", "Merge keys ('<<') are not part of YAML 1.2: write the keys out", path, node);
      return undefined;
    }
    return key;
  }

  #duplicate(node: Node, path: Path): void {
    // Inside an alias the problem was reported at the anchor.
    if (this.#aliasDepth > 0) return;
    const key = String(path.at(-1));
    this.#report("duplicate-key", `Key ${quoted(key)} appears twice: remove one of the two`, path, node);
  }

  #alias(alias: Alias, path: Path): unknown {
    const target = this.targets.get(alias) ?? this.#anchors.get(alias.source);
    if (target === undefined) {
      return this.#report(
        "unknown-anchor",
        // The name is not quoted, because a text with `*` may be a secret.
        "The alias has no anchor ('&…') before it: quote the text if its '*' is part of it",
        path,
        alias,
      );
    }
    this.targets.set(alias, target);
    if (this.#open.has(target)) {
      return this.#report("alias-cycle", `Alias '*${alias.source}' contains itself`, path, alias);
    }
    this.#aliasDepth++;
    const value = this.convert(target, path);
    this.#aliasDepth--;
    if (this.#aliasDepth === 0 && this.#aliased > aliasBudget) this.#flood(path, alias);
    return value;
  }

  #flood(path: Path, alias: Alias): void {
    if (this.problems.some(({ code }) => code === "alias-flood")) return;
    this.#report("alias-flood", "Aliases repeat too much text: write it out or use fewer", path, alias);
  }

  #withinBudget(): boolean {
    return this.#aliasDepth === 0 || ++this.#aliased <= aliasBudget;
  }

  #remember(node: Node & { anchor?: string }): void {
    if (node.anchor !== undefined && this.#aliasDepth === 0) this.#anchors.set(node.anchor, node);
  }

  #report(code: string, message: string, path: Path, node: Node | undefined): null {
    this.problems.push({ code, message, path, node });
    return null;
  }
}
