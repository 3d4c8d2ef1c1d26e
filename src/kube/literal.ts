/**
 * A text in a container's arguments and variables as it is: Kubernetes would take `$(NAME)` in it for a variable and `$$`
 * for one dollar. Pure.
 */
export function literal(text: string): string {
  return text.replaceAll("$", () => "$$");
}
