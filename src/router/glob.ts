/**
 * Globs for names: `*` any characters, `?` one, `{a,b}` either, `\` takes what follows as it is. Names have no folders: a
 * slash or a leading dot is a character like others. Linear in the name for each star, whatever the glob: the names are a
 * server's or a client's choice, and none may hold up everybody. Pure.
 */

type Token =
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "character"; readonly character: string };

/** Braces multiply: a glob that stands for more than these is not looked into. */
const mostAlternatives = 4_096;

type Alternatives = readonly (readonly Token[])[] | "too-many";

const compiled = new Map<string, Alternatives>();
const mostCompiled = 10_000;

/**
 * Whether the whole name is of the glob's shape; `otherwise` where the glob stands for too many shapes to be looked into.
 * A brace without its other half is a character.
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

/** Greedy: when the rest does not fit, only the last star can take one character more. */
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

/** The globs without braces that a glob stands for; `undefined` where they are too many. */
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

/** The first brace that has its other half and a comma of its own. */
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
