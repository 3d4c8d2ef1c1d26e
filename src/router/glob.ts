/**
 * Globs for names. `*` matches any characters, `?` one character, `{a,b}` either text, and `\` escapes the next character.
 * A slash or a leading dot is an ordinary character. Matching is linear in the name for each star, because servers and
 * clients choose the names and must not be able to block the gateway. Pure.
 */

type Token =
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "character"; readonly character: string };

/** Limit for the expansion of braces. A glob with more alternatives is not evaluated. */
const mostAlternatives = 4_096;

type Alternatives = readonly (readonly Token[])[] | "too-many";

const compiled = new Map<string, Alternatives>();
const mostCompiled = 10_000;

/**
 * Whether the whole name matches the glob; `otherwise` where the glob has too many alternatives. An unbalanced brace is an
 * ordinary character.
 */
export function matchesGlob(name: string, glob: string, otherwise: boolean): boolean {
  const alternatives = alternativesOf(glob);
  return alternatives === "too-many" ? otherwise : alternatives.some((tokens) => matches(name, tokens));
}

function alternativesOf(glob: string): Alternatives {
  const known = compiled.get(glob);
  if (known) return known;
  if (compiled.size >= mostCompiled) compiled.clear();
  const globs = expanded(glob);
  const alternatives = globs === undefined ? "too-many" : globs.map(tokensOf);
  compiled.set(glob, alternatives);
  return alternatives;
}

/** Greedy. Where the rest does not match, only the last star is extended by one character. */
function matches(name: string, tokens: readonly Token[]): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = tokens[token];
    if (wanted?.kind === "any") {
      star = token++;
      starAt = at;
    } else if (wanted && (wanted.kind === "one" || wanted.character === name[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token]?.kind === "any") token++;
  return token === tokens.length;
}

function tokensOf(glob: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? "";
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "any") tokens.push({ kind: "any" });
    } else if (character === "?") tokens.push({ kind: "one" });
    else if (character === "\\" && at + 1 < glob.length) {
      at++;
      tokens.push({ kind: "character", character: glob[at] ?? "" });
    } else tokens.push({ kind: "character", character });
  }
  return tokens;
}

/** The alternatives of a glob, without braces; `undefined` if there are too many. */
function expanded(glob: string): string[] | undefined {
  const done: string[] = [];
  const open = [glob];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const brace = firstBrace(next);
    if (!brace) done.push(next);
    else for (const part of brace.parts) open.push(brace.before + part + brace.after);
    if (done.length + open.length > mostAlternatives) return undefined;
  }
  return done;
}

interface Brace {
  readonly before: string;
  readonly parts: readonly string[];
  readonly after: string;
}

/** The first balanced brace with a comma at its own level. */
function firstBrace(glob: string): Brace | undefined {
  for (let at = 0; at < glob.length; at++) {
    if (glob[at] === "\\") at++;
    else if (glob[at] === "{") {
      const brace = braceAt(glob, at);
      if (brace) return brace;
    }
  }
  return undefined;
}

function braceAt(glob: string, start: number): Brace | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at++) {
    const character = glob[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === "," && depth === 1) {
      parts.push(glob.slice(from, at));
      from = at + 1;
    } else if (character === "}" && --depth === 0) {
      if (parts.length === 0) return undefined;
      return {
        before: glob.slice(0, start),
        parts: [...parts, glob.slice(from, at)],
        after: glob.slice(at + 1),
      };
    }
  }
  return undefined;
}
