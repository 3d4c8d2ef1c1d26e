/**
 * Allow-list of the annotations that an MCPServer may set on its Ingress. Some annotations are code that the ingress
 * controller runs with its permissions in the whole cluster (snippets of its configuration). Others redirect traffic or
 * logins. The author of an MCPServer must not gain those permissions, so the list has each name with a pattern for its
 * value. Pure.
 */

export interface AnnotationRefusal {
  readonly name: string;
  readonly because: string;
}

const forms = {
  flag: { pattern: /^(true|false)$/, description: "true or false" },
  count: { pattern: /^\d{1,9}$/, description: "a whole number" },
  size: { pattern: /^\d{1,9}[kmgKMG]?$/, description: "a size, such as 8m" },
  word: { pattern: /^[A-Za-z0-9_-]{1,63}$/, description: "letters, digits, '_' and '-'" },
  words: { pattern: /^[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+){0,9}$/, description: "names separated by commas" },
} as const;

const nginx = "nginx.ingress.kubernetes.io";
const traefik = "traefik.ingress.kubernetes.io";

const allowed: Readonly<Record<string, keyof typeof forms>> = {
  [`${nginx}/affinity`]: "word",
  [`${nginx}/affinity-mode`]: "word",
  [`${nginx}/client-body-buffer-size`]: "size",
  [`${nginx}/force-ssl-redirect`]: "flag",
  [`${nginx}/limit-connections`]: "count",
  [`${nginx}/limit-rpm`]: "count",
  [`${nginx}/limit-rps`]: "count",
  [`${nginx}/proxy-body-size`]: "size",
  [`${nginx}/proxy-buffering`]: "word",
  [`${nginx}/proxy-connect-timeout`]: "count",
  [`${nginx}/proxy-read-timeout`]: "count",
  [`${nginx}/proxy-request-buffering`]: "word",
  [`${nginx}/proxy-send-timeout`]: "count",
  [`${nginx}/session-cookie-max-age`]: "count",
  [`${nginx}/session-cookie-name`]: "word",
  [`${nginx}/ssl-redirect`]: "flag",
  [`${traefik}/router.entrypoints`]: "words",
  [`${traefik}/router.priority`]: "count",
  [`${traefik}/router.tls`]: "flag",
};

/** `widened`: names that the administrator also allows, with any value. `*` at the end matches every longer name. */
export function refusedAnnotations(
  annotations: Readonly<Record<string, string>>,
  widened: readonly string[],
): readonly AnnotationRefusal[] {
  return Object.entries(annotations).flatMap(([name, value]) => {
    const because = refusal(name, value, widened);
    return because === undefined ? [] : [{ name, because }];
  });
}

function refusal(name: string, value: string, widened: readonly string[]): string | undefined {
  if (widened.some((one) => matches(name, one))) return undefined;
  const form = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
  if (form === undefined) return "it is not in the list of allowed annotations";
  const { pattern, description } = forms[form];
  return pattern.test(value) ? undefined : `its value must be ${description}`;
}

function matches(name: string, one: string): boolean {
  return one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one;
}
