/** Looks up the variables of texts in the sources handed in. Keeps what it found only as long as its owner keeps it. */

import { looksLikeSecret } from "../secrets/secret-detector.ts";
import type { Path, Within } from "../text/problem.ts";
import { dotted } from "../text/problem.ts";
import { isEnvOrHeader } from "../text/strings-in.ts";
import type { VariablePart } from "../text/variable-syntax.ts";
import { malformedWithin } from "../text/variable-syntax.ts";

/** Shorter values of variables are too common to be hidden wherever they show up. */
export const shortestHidden = 6;

/** Where values come from. */
export interface VariableSources {
  env(name: string): string | undefined;
  /** Rejects with a one-line message when there is such a secret but it cannot be read. */
  secret(name: string): Promise<string | undefined>;
  readonly workspaceFolder: string;
  readonly userHome: string;
}

/** Whether a value can be hidden wherever it shows up: it is not too common for that. */
export function mayBeSecret(
  value: string,
  { workspaceFolder, userHome }: Pick<VariableSources, "workspaceFolder" | "userHome">,
): boolean {
  return value.length >= shortestHidden && value !== userHome && value !== workspaceFolder;
}

/** A variable that has no value and no default. */
export interface Unset {
  readonly path: Path;
  /** Its name in the text at the path. */
  readonly within: Within;
  readonly because: string;
}

type Named = Exclude<VariablePart, { text: string } | { source: string }>;

function nameWithin({ name, at }: Named): Within {
  return { text: name, at };
}

/** Fills texts and remembers what was missing and what must not be shown. */
export class VariableLookup {
  readonly unset: Unset[] = [];
  readonly secrets: string[] = [];
  readonly #sources: VariableSources;

  constructor(sources: VariableSources) {
    this.#sources = sources;
  }

  async fill(parts: readonly VariablePart[], path: Path): Promise<string> {
    let text = "";
    for (const part of parts) text += await this.#valueOf(part, path);
    return text;
  }

  async #valueOf(part: VariablePart, path: Path): Promise<string> {
    if (part.kind === "literal") return part.text;
    if (part.kind === "malformed")
      return this.#lacks(path, malformedWithin(part), `${dotted(path)} has a malformed variable`);
    const value = await this.#find(part, path);
    if (part.fallback !== undefined && !value) return this.fill(part.fallback, path);
    if (value === undefined) {
      const what = part.kind === "secret" ? "secret" : "variable";
      return this.#lacks(path, nameWithin(part), `${what} '${part.name}' of ${dotted(path)} is not set`);
    }
    return value;
  }

  async #find(part: Named, path: Path) {
    const { workspaceFolder, userHome } = this.#sources;
    if (part.kind === "folder") return part.name === "userHome" ? userHome : workspaceFolder;
    if (part.kind === "secret") return this.#secret(part, path);
    const value = this.#sources.env(part.name);
    if (value !== undefined && this.#isHidden(part.name, value, path)) this.secrets.push(value);
    return value;
  }

  /** What is given to a server as env or header may be a secret; elsewhere the variable's name must say so. */
  #isHidden(name: string, value: string, path: Path): boolean {
    return mayBeSecret(value, this.#sources) && (isEnvOrHeader(path) || looksLikeSecret(name, value));
  }

  async #secret(part: Named, path: Path): Promise<string | undefined> {
    const { name } = part;
    try {
      const value = await this.#sources.secret(name);
      if (value) this.secrets.push(value);
      return value;
    } catch (error) {
      const why = error instanceof Error ? error.message : "unknown reason";
      return this.#lacks(
        path,
        nameWithin(part),
        `secret '${name}' of ${dotted(path)} cannot be read: ${why}`,
      );
    }
  }

  #lacks(path: Path, within: Within, because: string): string {
    this.unset.push({ path, within, because });
    return "";
  }
}
