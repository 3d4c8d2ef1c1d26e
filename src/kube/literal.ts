/**
 * Escapes a text for a container's arguments and variables, where Kubernetes would read `$(NAME)` as a variable and
 * `$$` as one dollar. Pure.
 */
export function literal(text: string): string {
  return text.replaceAll("$", () => "$$");
}
