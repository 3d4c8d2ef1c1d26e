/** Size of a server's tools in the context of a model. Pure. */

/** The form in `GET /stats`. */
export interface ToolsSize {
  readonly count: number;
  /** As JSON in UTF-8. */
  readonly bytes: number;
  readonly estimated_tokens: number;
}

/** A token of a model is about four characters of JSON. */
const charactersPerToken = 4;

/** The size of these tools, from their original texts. */
export function sizeOf(items: readonly string[]): ToolsSize {
  const characters = items.reduce((sum, item) => sum + item.length, 0);
  return {
    count: items.length,
    bytes: items.reduce((sum, item) => sum + Buffer.byteLength(item), 0),
    estimated_tokens: Math.ceil(characters / charactersPerToken),
  };
}
