/** Removes secrets from texts. Pure. */

/** Shorter lines of a multi-line secret are too common to be hidden. */
const shortestLine = 6;

/** Holds the secrets of one start. */
export class TextRedactor {
  readonly #values: Set<string>;
  #replace: (text: string) => string;

  constructor(secrets: readonly string[]) {
    this.#values = new Set(secretValues(secrets));
    this.#replace = redactor([...this.#values]);
  }

  /** Replaces each secret in a text by `***`. */
  redact(text: string): string {
    return this.#replace(text);
  }

  /** Adds secrets to hide from now on. */
  hide(secrets: readonly string[]): void {
    for (const value of secretValues(secrets)) this.#values.add(value);
    this.#replace = redactor([...this.#values]);
  }
}

/** All forms of a secret: itself, its lines, and its URL encoding. */
function secretValues(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const long = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : [];
    return [secret, ...long, ...asInUrl(secret)];
  });
  return [...new Set(forms)].filter((form) => form !== "");
}

/** A function that replaces each of `values` by `***`, the longest first. */
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
