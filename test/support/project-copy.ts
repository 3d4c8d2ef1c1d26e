/** A copy of the project that a test may build in and change. */

import { cp, symlink } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { root } from "./gateway.ts";

const left = new Set(["node_modules", "dist", "out", ".git", ".vscode-test"]);

/** Copies the sources into an empty folder. The dependencies are those of the project, through a link. */
export async function copyProject(folder: string): Promise<void> {
  await cp(root, folder, {
    recursive: true,
    filter: (path) => {
      const [name = ""] = relative(root, path).split(sep);
      return !left.has(name) && !name.endsWith(".vsix");
    },
  });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
}
