/** Takes secrets out of texts before anybody sees them. Pure. */

/** Shorter lines of a secret of many lines are too common to be hidden. */
const shortestLine = 6;

/** All texts by which a secret may show up: itself, its lines, and as URLs write it. */
export function secretValues(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const long = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : [];
    return [secret, ...long, ...asInUrl(secret)];
  });
  return [...new Set(forms)].filter((form) => form !== "");
}

/** A function that puts `***` for each of `values`, the longest first. */
export function redactor(values: readonly string[]): (text: string) => string {
  if (values.length === 0) return (text) => text;
  const longestFirst = [...values].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((value) => escaped(value)).join("|"), "g");
  return (text) => text.replace(pattern, "***");
}

function asInUrl(secret: string): string[] {
  return secret.isWellFormed() ? [encodeURIComponent(secret)] : [];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
