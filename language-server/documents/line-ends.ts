/** Line ends of documents, because the library and the fixes write LF. Pure. */

/** A text with the line ends of another text. */
export function endedAs(other: string, text: string): string {
  return text.replace(/\r?\n/g, other.includes("\r\n") ? "\r\n" : "\n");
}
