/** Names of container images, taken apart and put together (platform.md, *CRD spec*, *CLI*). Pure. */

/** Without its tag, and the tag. A digest is kept whole and has no tag. */
export interface ImageReference {
  readonly image: string;
  readonly tag?: string;
}

/** `registry.example.com/a:latest` is `registry.example.com/a` and `latest`. */
export function splitTag(reference: string): ImageReference {
  const colon = reference.lastIndexOf(":");
  if (reference.includes("@") || colon <= reference.lastIndexOf("/")) return { image: reference };
  return { image: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** The tag counts unless the image has one, or a digest. */
export function withTag(image: string, tag: string): string {
  const isWhole = image.includes("@") || splitTag(image).tag !== undefined;
  return isWhole ? image : `${image}:${tag}`;
}

/** The registry an image is in by its name, as its first part: one with a dot or a port, or `localhost`. */
export function registryIn(image: string): string | undefined {
  const slash = image.indexOf("/");
  const first = image.slice(0, Math.max(slash, 0));
  return /[.:]/.test(first) || first === "localhost" ? first : undefined;
}

/** `localhost:5000/my-image` is `my-image`; `team/app` stays. */
export function withoutRegistry(image: string): string {
  const registry = registryIn(image);
  return registry === undefined ? image : image.slice(registry.length + 1);
}

/** The same image in another registry. `registry`: a host with what may follow it, without a scheme. */
export function inRegistry(image: string, registry: string): string {
  return `${withoutScheme(registry)}/${withoutRegistry(image)}`;
}

/** A registry as image names have it: `https://r.example.com/` is `r.example.com`. */
export function withoutScheme(registry: string): string {
  return registry.replace(/^https?:\/\//, "").replace(/\/+$/, "");
}
