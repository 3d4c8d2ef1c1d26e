/** Takes secrets out of texts before anybody sees them. Pure. */

/** Shorter lines of a secret of many lines are too common to be hidden. */
const shortestLine = 6;

/** Knows the secrets of one start. */
export class TextRedactor {
  readonly #values: Set<string>;
  #replace: (text: string) => string;

  constructor(secrets: readonly string[]) {
    this.#values = new Set(secretValues(secrets));
    this.#replace = redactor([...this.#values]);
  }

  /** Puts `***` for each secret in a text. */
  redact(text: string): string {
    return this.#replace(text);
  }

  /** Hides these as well from now on. */
  hide(secrets: readonly string[]): void {
    for (const value of secretValues(secrets)) this.#values.add(value);
    this.#replace = redactor([...this.#values]);
  }
}

/** All texts by which a secret may show up: itself, its lines, and as URLs write it. */
function secretValues(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const long = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : [];
    return [secret, ...long, ...asInUrl(secret)];
  });
  return [...new Set(forms)].filter((form) => form !== "");
}

/** A function that puts `***` for each of `values`, the longest first. */
function redactor(values: readonly string[]): (text: string) => string {
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
