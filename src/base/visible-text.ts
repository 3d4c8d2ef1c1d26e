/**
 * Foreign text (of servers, clients, catalogs, clusters) for display. Characters that would control a terminal, reorder a
 * line or be invisible are written as escapes. Data for programs is not changed.
 */

/**
 * Control characters, line and paragraph separators, lone surrogates, and everything Unicode calls ignorable (bidi
 * controls, zero-width characters, tags). A tab and the selectors of emoji variants are harmless.
 */
const unseen =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]--[\t\u{fe00}-\u{fe0f}]]/v;
const everyUnseen = new RegExp(unseen.source, "gv");

/** Returns one line in which every character is visible: `\x1b`, `\n`, `\u{202e}`. Linear, and cheap for plain text. */
export function visibleText(text: string): string {
  return unseen.test(text) ? text.replace(everyUnseen, escapeOf) : text;
}

/** The same for text of several lines. Line ends stay. */
export function visibleLines(text: string): string {
  if (!unseen.test(text)) return text;
  return text.split(/\r?\n/).map(visibleText).join("\n");
}

/** Replaces each invisible character by `escaped(character)`, for formats with their own escapes. */
export function escapeInvisible(text: string, escaped: (character: string) => string): string {
  return text.replace(everyUnseen, escaped);
}

/** At most `length` characters of visible text. A shortened text ends in `…`. Never cuts a character in two. */
export function visiblePrefix(text: string, length: number): string {
  // Cut before characters are escaped, so that a huge text costs no more than its beginning.
  const shown = visibleText(text.length > length ? wholeStart(text, length) : text);
  const isWhole = text.length <= length && shown.length <= length;
  return isWhole ? shown : `${wholeStart(shown, length - 1)}…`;
}

/** The first `length` UTF-16 units, one less where they would end within a surrogate pair. */
function wholeStart(text: string, length: number): string {
  const end = Math.max(0, length);
  const isSplit = (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return text.slice(0, isSplit ? end - 1 : end);
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r" };

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return short[character] ?? (code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`);
}
