/**
 * Text for the places of the editor that read more into it than plain text: notifications and prompts make links of
 * `[…](command:…)`, lists make icons of `$(…)`. Pure.
 */

import { visibleLines, visibleText } from "../../base/visible-text.ts";

/** For notifications, prompts and progress. Links are taken apart, line ends stay. */
export function plainMessage(text: string): string {
  return visibleLines(text).replaceAll("](", "] (");
}

/** For labels of lists, which have icons. */
export function plainLabel(text: string): string {
  return visibleText(text).replaceAll("$(", "\\$(");
}

/** The same value, with `shown` applied to those of its texts that are there. */
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
