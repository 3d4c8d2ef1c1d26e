/** Splits and builds names of container images (platform.md, *CRD spec*, *CLI*). Pure. */

/** The name without its tag, and the tag. A digest stays in the name and has no tag. */
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

/** Adds the tag, unless the image has one or a digest. */
export function withTag(image: string, tag: string): string {
  const isWhole = image.includes("@") || splitTag(image).tag !== undefined;
  return isWhole ? image : `${image}:${tag}`;
}

/** The registry in the name of an image: its first part, if that has a dot or a port or is `localhost`. */
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

/** The same image in another registry. `registry`: a host with an optional path, without a scheme. */
export function inRegistry(image: string, registry: string): string {
  return `${withoutScheme(registry)}/${withoutRegistry(image)}`;
}

/** A registry in the form for image names: `https://r.example.com/` becomes `r.example.com`. */
export function withoutScheme(registry: string): string {
  return registry.replace(/^https?:\/\//, "").replace(/\/+$/, "");
}
