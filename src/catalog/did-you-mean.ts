/** Suggests the intended word for a misspelled one. Pure. */

/** The word of `known` that is most similar to `typed`, if one is similar enough for a suggestion. */
export function closest(typed: string, known: readonly string[]): string | undefined {
  const plain = fold(typed);
  if (plain.length > 40) return undefined;
  const ranked = known
    .map((word) => ({ word, distance: distanceOf(plain, fold(word)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const allowed = Math.max(1, Math.floor(best.word.length / 3));
  if (best.distance <= allowed) return best.word;
  return known.find((word) => isBeginning(plain, fold(word)));
}

/** Words of other tools for a runtime type. */
const otherWords: Readonly<Record<string, string>> = {
  command: "local-process",
  process: "local-process",
  stdio: "local-process",
  http: "remote-sse",
  https: "remote-sse",
  sse: "remote-sse",
  streamablehttp: "remote-sse",
  url: "remote-sse",
  container: "docker",
  kubernetes: "k8s-job",
};

/** The runtime type that is probably meant. */
export function closestType(typed: string, types: readonly string[]): string | undefined {
  const meant = closest(typed, types);
  const word = fold(typed);
  return meant ?? (Object.hasOwn(otherWords, word) ? otherWords[word] : undefined);
}

/** Makes `workingDir`, `working-dir` and `WORKING_DIR` equal. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, "");
}

/** True for `enviroment` or `environment` and `env`, false for `cmd` and `command`. */
function isBeginning(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 3 && long.startsWith(short);
}

/** Number of edits between two words: insert, delete, replace, and swap of neighbours. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + cost,
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
