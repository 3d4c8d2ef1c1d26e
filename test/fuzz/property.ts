/** Runs properties with a seed, and reports for each how many inputs it tried. */

import fc from "fast-check";

export interface Property {
  readonly name: string;
  /** Share of all inputs, relative to the other properties. Slow ones have a small share. */
  readonly share: number;
  run(options: RunOptions): Promise<void>;
}

export interface RunOptions {
  readonly seed: number;
  readonly numRuns: number;
}

export interface PropertyResult {
  readonly name: string;
  readonly inputs: number;
  readonly seconds: number;
  /** The seed and the shrunk input of a failure. */
  readonly failure?: string;
}

/** A property whose check throws, or returns false, for an input that breaks it. */
export function property<T>(
  name: string,
  share: number,
  input: fc.Arbitrary<T>,
  check: (input: T) => unknown,
): Property {
  return {
    name,
    share,
    run: async (options) => {
      const asserted = async (value: T) => (await check(value)) !== false;
      await fc.assert(fc.asyncProperty(input, asserted), { ...options, endOnFailure: false });
    },
  };
}

export async function runProperties(
  properties: readonly Property[],
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
  onResult: (result: PropertyResult) => void,
): Promise<PropertyResult[]> {
  const all = properties.reduce((sum, { share }) => sum + share, 0);
  const results: PropertyResult[] = [];
  for (const { name, share, run } of properties) {
    const numRuns = Math.max(1, Math.round((inputs * share) / all));
    const begun = performance.now();
    const failure = await run({ seed, numRuns }).then(
      () => undefined,
      (error: unknown) => textOf(error),
    );
    const seconds = (performance.now() - begun) / 1_000;
    const result = { name, inputs: numRuns, seconds, ...(failure !== undefined && { failure }) };
    results.push(result);
    onResult(result);
  }
  return results;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : "";
  return `${error.message}${cause}`;
}

export function resultLine({ name, inputs, seconds, failure }: PropertyResult, seed: number): string {
  const state = failure === undefined ? "ok    " : "FAILED";
  return `${state} ${name.padEnd(62)} ${String(inputs).padStart(8)} inputs, seed ${seed}, ${seconds.toFixed(1)} s`;
}
