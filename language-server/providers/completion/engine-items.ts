/** Images of an engine and namespaces of a cluster. The client returns them, late or never. */

import type { CompletionItem } from "vscode-languageserver";
import type { ImagesParams, NamespacesParams } from "../../protocol.ts";
import type { AsyncNameCache } from "./async-name-cache.ts";
import type { CompletionContext } from "./context.ts";
import { valueItem } from "./context.ts";

/** `undefined`: the client does not support such requests. */
export interface Engines {
  readonly images?: (params: ImagesParams) => Promise<readonly string[]>;
  readonly namespaces?: (params: NamespacesParams) => Promise<readonly string[]>;
}

/** `undefined`: not known yet. */
export function engineItems(
  context: CompletionContext,
  later: AsyncNameCache,
  engines: Engines,
): CompletionItem[] | undefined {
  const { path, part } = context.cursor;
  const field = path.at(-1);
  if (path.at(-2) !== "runtime" || part !== "value") return [];
  const names = field === "image" ? images(context, later, engines) : namespaces(context, later, engines);
  return names?.map((name) => valueItem(context, name, { sortText: `0${name}` }));
}

function images(
  context: CompletionContext,
  later: AsyncNameCache,
  { images }: Engines,
): readonly string[] | undefined {
  const engine = scalarOf(context, "type");
  if (images === undefined || engine === undefined) return [];
  const host = scalarOf(context, "host");
  const params = { engine, ...(host !== undefined && { host }) };
  return later.ask(`images ${JSON.stringify(params)}`, () => images(params));
}

function namespaces(
  context: CompletionContext,
  later: AsyncNameCache,
  { namespaces }: Engines,
): readonly string[] | undefined {
  if (namespaces === undefined || context.cursor.path.at(-1) !== "namespace") return [];
  const kubeContext = scalarOf(context, "context");
  const kubeconfig = scalarOf(context, "kubeconfig");
  const params = {
    ...(kubeContext !== undefined && { context: kubeContext }),
    ...(kubeconfig !== undefined && { kubeconfig }),
  };
  return later.ask(`namespaces ${JSON.stringify(params)}`, () => namespaces(params));
}

/** The value of another key of the mapping at the cursor, as written. */
function scalarOf({ cursor, lines, line }: CompletionContext, key: string): string | undefined {
  if (cursor.flow) return cursor.flow.values.get(key) || undefined;
  const { column } = cursor;
  const pattern = new RegExp(`^ {${column}}["']?${key}["']?[ \\t]*:[ \\t]+["']?([^\\s"'#]+)`);
  const isWithin = (text: string) => /^\s*(?:#|$)/.test(text) || text.search(/\S/) >= column;
  const above = lines.slice(0, line).reverse();
  const below = lines.slice(line + 1);
  for (const side of [above, below]) {
    const end = side.findIndex((text) => !isWithin(text));
    const mapping = end < 0 ? side : side.slice(0, end);
    const value = mapping.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
    if (value !== undefined) return value;
  }
  return undefined;
}
