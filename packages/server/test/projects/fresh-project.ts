import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tempFolder } from "../../testing/temp-folder.js";

/** A project in a temporary folder. */
export interface FreshProject {
  readonly folder: string;
  write(path: string, text: string): void;
  /** The text of a file; `null` if there is none. */
  read(path: string): string | null;
  /** Paths of all files, sorted. */
  files(): readonly string[];
}

/** Creates a project with these dependencies and files. A file without a text is empty. */
export async function freshProject(
  dependencies: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<FreshProject> {
  const folder = await tempFolder("project");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const manifest = {
    name: "host",
    type: "module",
    dependencies: Object.fromEntries(dependencies.map((name) => [name, "*"])),
  };
  write("package.json", JSON.stringify(manifest));
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : null),
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .toSorted(),
  };
}
