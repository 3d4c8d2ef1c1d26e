/** What a request's `Accept` allows (RFC 9110, *Accept*): any case, and `q=0` refuses. Pure. */

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Whether the client takes this media type. Without the header it takes everything; the most specific range decides. */
export function acceptsType(accept: string | undefined, type: string): boolean {
  if (accept === undefined) return true;
  const ranges = accept.toLowerCase().split(",").map(rangeOf);
  const candidates = [type, `${type.split("/")[0]}/*`, "*/*"];
  const found = candidates.flatMap((candidate) => ranges.find((range) => range.type === candidate) ?? []);
  return (found[0]?.quality ?? 0) > 0;
}

function rangeOf(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
}
