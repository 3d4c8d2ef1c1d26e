/** Rows of trees, with text of others in them that can only be read. */

import type { TreeItem } from "vscode";
import { visibleLines, visibleText } from "../../base/visible-text.ts";

/** The same row, made visible in everything that is shown or spoken of it. Tooltips in Markdown escape for themselves. */
export function plainItem(item: TreeItem): TreeItem {
  const { label, description, tooltip, accessibilityInformation: spoken } = item;
  if (typeof label === "string") item.label = visibleText(label);
  if (typeof description === "string") item.description = visibleText(description);
  if (typeof tooltip === "string") item.tooltip = visibleLines(tooltip);
  if (spoken) item.accessibilityInformation = { ...spoken, label: visibleText(spoken.label) };
  return item;
}
