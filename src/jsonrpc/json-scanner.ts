/** Finds values in JSON text that `JSON.parse` accepts. Does not validate. Pure. */

/** From the first character of a value to the one after its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const quote = 0x22;
const backslash = 0x5c;

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Index after the value that begins at `at`; -1 if it is nested deeper than `deepest` levels. */
export function endOfValue(text: string, at: number, deepest = Number.POSITIVE_INFINITY): number {
  const first = text.charCodeAt(at);
  if (first === quote) return endOfString(text, at);
  if (first === 0x7b || first === 0x5b) return endOfNested(text, at, deepest);
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 0x2c || code === 0x7d || code === 0x5d || code <= 0x20) break;
  }
  return end;
}

/** Index after the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === backslash) before--;
  return (at - before) % 2 === 1;
}

function endOfNested(text: string, at: number, deepest: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index) - 1;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) return -1;
    } else if ((code === 0x7d || code === 0x5d) && --depth === 0) return index + 1;
  }
  return text.length;
}
