/** Rows of trees that show foreign text as plain text. */

import type { TreeItem } from "vscode";
import { visibleLines, visibleText } from "../../base/visible-text.ts";

/**
 * Makes control characters visible in all texts of the row, also for screen readers. Markdown tooltips are escaped
 * elsewhere.
 */
export function plainItem(item: TreeItem): TreeItem {
  const { label, description, tooltip, accessibilityInformation: spoken } = item;
  if (typeof label === "string") item.label = visibleText(label);
  if (typeof description === "string") item.description = visibleText(description);
  if (typeof tooltip === "string") item.tooltip = visibleLines(tooltip);
  if (spoken) item.accessibilityInformation = { ...spoken, label: visibleText(spoken.label) };
  return item;
}
