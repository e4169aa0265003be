import { globSync, readFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { root } from "./command.ts";

/** Folders of generated files. */
const made = new Set([
  ".cache",
  ".data",
  ".git",
  ".next",
  "coverage",
  "dist",
  "generated",
  "node_modules",
  "test-results",
]);

/** Paths of all files that are not generated, relative to the root, with slashes and sorted. Does not need git. */
export function repositoryFiles(): readonly string[] {
  const found = globSync("**/*", {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => entry.isDirectory() && made.has(basename(entry.name)),
  });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join("/"),
    )
    .sort();
}

/** The text of a file of the repository. */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
