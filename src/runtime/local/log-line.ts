/** One line of a server's log: redacted, then cut, so that no secret is cut in two and shown by half. Pure. */

/** Longest line of a log, in characters. */
export const maxLogLine = 8 * 1024;

/** How much of a longer line is to be kept until it is redacted: a secret of up to 1 KiB may cross the cut. */
export const keptForLogLine = maxLogLine + 1024;

/** `length`: how long the line was when `text` is only its beginning. */
export function logLine(text: string, redact: (text: string) => string, length = text.length): string {
  const line = redact(text.length > keptForLogLine ? text.slice(0, keptForLogLine) : text);
  const whole = length === text.length && line.length <= maxLogLine;
  return whole ? line : `${line.slice(0, maxLogLine)}… (${length} characters)`;
}

/** How a text began that is not told as a whole. */
export function beginningOf(text: string, redact: (text: string) => string): string {
  return redact(text.slice(0, keptForLogLine)).slice(0, 200);
}
