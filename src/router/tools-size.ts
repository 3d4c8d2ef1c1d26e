/** What a server's tools cost a model that is given all of them. Pure. */

/** As `GET /stats` tells it. */
export interface ToolsSize {
  readonly count: number;
  /** As JSON in UTF-8. */
  readonly bytes: number;
  readonly estimated_tokens: number;
}

/** Four characters of JSON are about one token of a model. */
const charactersPerToken = 4;

/** The size of these tools, each as its server wrote it. */
export function sizeOf(items: readonly string[]): ToolsSize {
  const characters = items.reduce((sum, item) => sum + item.length, 0);
  return {
    count: items.length,
    bytes: items.reduce((sum, item) => sum + Buffer.byteLength(item), 0),
    estimated_tokens: Math.ceil(characters / charactersPerToken),
  };
}
