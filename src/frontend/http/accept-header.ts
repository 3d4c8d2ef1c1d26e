/** Media types that the `Accept` header of a request allows (RFC 9110, *Accept*). Ignores case; `q=0` means not allowed. */

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Response types that an MCP client accepts. */
export interface Accepted {
  readonly json: boolean;
  readonly eventStream: boolean;
}

const all: Accepted = { json: true, eventStream: true };
/** Cache, because clients send the same header with each request. */
const known = new Map<string, Accepted>();
const mostKnown = 100;
const longestKnown = 256;

/** Types that a header allows. Without a header all types are accepted. The most specific range decides. */
export function acceptedBy(accept: string | undefined): Accepted {
  if (accept === undefined) return all;
  const before = known.get(accept);
  if (before) return before;
  const accepted = {
    json: isAccepted(accept, "application/json"),
    eventStream: isAccepted(accept, "text/event-stream"),
  };
  if (known.size < mostKnown && accept.length <= longestKnown) known.set(accept, accepted);
  return accepted;
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
