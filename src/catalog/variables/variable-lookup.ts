/** Looks up variables in the given sources. Found values live as long as the `VariableLookup`. */

import { looksLikeSecret } from "../secrets/secret-detector.ts";
import type { Path, Within } from "../text/problem.ts";
import { dotted } from "../text/problem.ts";
import { isEnvOrHeader } from "../text/strings-in.ts";
import type { VariablePart } from "../text/variable-syntax.ts";
import { malformedWithin } from "../text/variable-syntax.ts";

/** Shorter values are too common to be hidden everywhere. */
export const shortestHidden = 6;

/** The sources of values. */
export interface VariableSources {
  env(name: string): string | undefined;
  /** Rejects with a one-line message when the secret exists but cannot be read. */
  secret(name: string): Promise<string | undefined>;
  readonly workspaceFolder: string;
  readonly userHome: string;
}

/** Whether a value may be hidden everywhere. Common values may not. */
export function mayBeSecret(
  value: string,
  { workspaceFolder, userHome }: Pick<VariableSources, "workspaceFolder" | "userHome">,
): boolean {
  return value.length >= shortestHidden && value !== userHome && value !== workspaceFolder;
}

/** A variable that has neither a value nor a default. */
export interface Unset {
  readonly path: Path;
  /** Range of its name in the text at the path. */
  readonly within: Within;
  readonly because: string;
}

type Named = Exclude<VariablePart, { text: string } | { source: string }>;

function nameWithin({ name, at }: Named): Within {
  return { text: name, at };
}

/** Fills texts, and records missing variables and values to hide. */
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

  /** Values in env and headers may be secrets. Elsewhere the variable's name decides. */
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
