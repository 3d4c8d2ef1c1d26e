/** Detects secrets in plain text in a catalog. Pure. Prefers a false alarm to a miss. */

/** Formats of the tokens of well-known services. */
const tokenShapes =
  /(?<![A-Za-z0-9])(?:gh[pousr]_\w{8,}|github_pat_\w{8,}|sk-(?=[\w-]*\d)[\w-]{8,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)[0-9A-Z]{8,}|AIza[\w-]{10,}|eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?|glpat-[\w-]{8,}|npm_[A-Za-z0-9]{16,}|hf_[A-Za-z0-9]{16,})/g;
/** Braces before the secret end a variable. */
const authScheme = /\b(?:Bearer|Basic)\s+\}*([^\s}]\S*)/gi;
/**
 * A private key up to its end, or without an end up to the end of its line or shell word. The text after it is not part
 * of the key.
 */
const privateKey =
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[^"'`$;|&<>(){}]{0,20000}?-----END [A-Z ]{0,20}PRIVATE KEY-----|[^"'`$;|&<>(){}\n]*)/g;
/** The password of `scheme://user:password@host`. */
const userInfo = /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/gi;
/** `--api-key=x`, `TOKEN=x`, `?access_token=x`, `X-Api-Key: x`. */
const assignment = /(?<![\w.-])-{0,2}([A-Za-z][\w.-]*)(?:=|:\s+)([^\s&;"']+)/g;

const strongNames =
  /(?:password|passwd|passphrase|secret|token|authorization|cookie|api[-_]?key|(?:secret|access|private|signing|encryption|auth)[-_]?key|connection[-_]?string)[-_]?\d*$/i;
/** Too short to be matched at the end of other words; `PWD` alone is a folder. */
const shortNames = /[-_](?:pass|pwd|pat)[-_]?\d*$|^(?:pass|apikey|credentials?)$|[-_]credentials?$/i;
const harmless =
  /^(?:true|false|yes|no|on|off|none|null|(?:~|\.{1,2})?(?:\/[\w. @-]+){2,}\/?|~\/[\w./-]+|[A-Za-z]:\\[\w.\\ -]+)$/i;

/** Whether a value in the catalog contains a secret. `name`: its variable, header or flag, or "". */
export function looksLikeSecret(name: string, value: string): boolean {
  return secretSpans(name, value).length > 0;
}

/** The value with `***` for its secrets. Variables stay as written. */
export function maskSecrets(name: string, value: string): string {
  return replaceSecrets(name, value, () => "***");
}

/** The value with each secret replaced. Overlapping secrets count as one. */
export function replaceSecrets(name: string, value: string, instead: (secret: string) => string): string {
  let replaced = "";
  let from = 0;
  for (const [start, end] of unitedSpans(secretSpans(name, value))) {
    replaced += value.slice(from, start) + instead(value.slice(start, end));
    from = end;
  }
  return replaced + value.slice(from);
}

/** The secrets in a value. */
export function secretsIn(name: string, value: string): string[] {
  return secretSpans(name, value).map(([start, end]) => value.slice(start, end));
}

/** The name of an argument: the flag before it, or "". `--flag=value` contains its own name. */
export function argName(args: readonly string[], index: number): string {
  const before = args[index - 1] ?? "";
  const isValue = !(args[index] ?? "").startsWith("-");
  return isValue && /^--?[A-Za-z][\w-]*$/.test(before) ? before.replace(/^-+/, "") : "";
}

type Span = readonly [start: number, end: number];

/** The spans in order, with adjacent ones joined. */
function unitedSpans(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const [start, end] of spans) {
    const last = united.at(-1);
    if (last && start <= last[1]) united.splice(-1, 1, [last[0], Math.max(last[1], end)]);
    else united.push([start, end]);
  }
  return united;
}

function secretSpans(name: string, value: string): Span[] {
  const text = blankVariables(value);
  if (isSecretName(name) && isSecretValue(text)) return [[0, value.length]];
  const spans: Span[] = [...wholes(text, tokenShapes), ...wholes(text, privateKey)];
  spans.push(...groups(text, authScheme, 1), ...groups(text, userInfo, 1));
  for (const match of text.matchAll(assignment)) {
    const [whole, key = "", assigned = ""] = match;
    const end = match.index + whole.length;
    if (isSecretName(key) && isSecretValue(assigned)) spans.push([end - assigned.length, end]);
  }
  return spans.sort(([a], [b]) => a - b);
}

/**
 * Blanks the names of variables, which are not secrets. Their defaults may be, and so may text after an escaped `$${`.
 * Keeps the length.
 */
function blankVariables(value: string): string {
  return value.replace(/\$\$\{|\$\{[^}]*?(?::-|\})/g, (found) =>
    found === "$${" ? found : " ".repeat(found.length),
  );
}

/** Whether the name of a variable, header or flag suggests a secret. */
export function isSecretName(name: string): boolean {
  const separated = name.replace(/([a-z])([A-Z])/g, "$1_$2");
  return strongNames.test(separated) || shortNames.test(separated);
}

function isSecretValue(text: string): boolean {
  const literal = text.replace(/^\s*(?:Bearer|Basic|token)(?:\s+|$)/i, "").replace(/[}\s]+/g, " ");
  return literal.trim() !== "" && !harmless.test(literal.trim());
}

function wholes(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]);
}

function groups(text: string, pattern: RegExp, group: number): Span[] {
  return [...text.matchAll(pattern)].map((match) => {
    const found = match[group] ?? "";
    const start = match.index + match[0].lastIndexOf(found);
    return [start, start + found.length];
  });
}
