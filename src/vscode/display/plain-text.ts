/**
 * Escapes text for places of the editor with special syntax: notifications and prompts make links of `[…](command:…)`,
 * lists make icons of `$(…)`. Pure.
 */

import { visibleLines, visibleText } from "../../base/visible-text.ts";

/** For notifications, prompts and progress. Breaks link syntax, keeps line ends. */
export function plainMessage(text: string): string {
  return visibleLines(text).replaceAll("](", "] (");
}

/** For labels of lists, which can have icons. */
export function plainLabel(text: string): string {
  return visibleText(text).replaceAll("$(", "\\$(");
}

/** A copy of the value, with `shown` applied to the texts at these keys. */
export function withTexts<T extends object>(
  value: T,
  keys: readonly (keyof T)[],
  shown: (text: string) => string,
): T {
  const texts = keys.flatMap((key) => {
    const text = value[key];
    return typeof text === "string" ? [[key, shown(text)] as const] : [];
  });
  return { ...value, ...Object.fromEntries(texts) };
}
