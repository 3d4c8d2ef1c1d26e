/** What a request's `Accept` allows (RFC 9110, *Accept*): any case, and `q=0` refuses. */

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Clients send the same header with each request. */
const answers = new Map<string, Map<string, boolean>>();
const mostAnswers = 100;
const longestKept = 256;

/** Whether the client takes this media type. Without the header it takes everything; the most specific range decides. */
export function acceptsType(accept: string | undefined, type: string): boolean {
  if (accept === undefined) return true;
  const known = answers.get(type)?.get(accept);
  if (known !== undefined) return known;
  const answer = isAccepted(accept, type);
  const ofType = answers.get(type) ?? new Map<string, boolean>();
  if (ofType.size < mostAnswers && accept.length <= longestKept)
    answers.set(type, ofType.set(accept, answer));
  return answer;
}

function isAccepted(accept: string, type: string): boolean {
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
