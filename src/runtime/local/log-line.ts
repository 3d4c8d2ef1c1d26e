/** One line of a server's log. It is redacted before it is cut, so that no half of a secret is shown. Pure. */

/** Maximum length of a log line, in characters. */
export const maxLogLine = 8 * 1024;

/** Characters to keep of a longer line until it is redacted: a secret of up to 1 KiB may cross the cut. */
export const keptForLogLine = maxLogLine + 1024;

/** `length`: length of the whole line when `text` is only its beginning. */
export function logLine(text: string, redact: (text: string) => string, length = text.length): string {
  const line = redact(text.length > keptForLogLine ? text.slice(0, keptForLogLine) : text);
  const whole = length === text.length && line.length <= maxLogLine;
  return whole ? line : `${line.slice(0, maxLogLine)}… (${length} characters)`;
}

/** The beginning of a text that is too long for a log line. */
export function beginningOf(text: string, redact: (text: string) => string): string {
  return redact(text.slice(0, keptForLogLine)).slice(0, 200);
}
