import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NewFile } from "./framework.js";

/** Files of the package's folder `starters`. */
export interface StarterFolder {
  /** A folder or a file of `starters`. */
  readonly from: string;
  /** Its path in the project. */
  readonly to: string;
}

/** The files of a starter, below their folders in the project. */
export function starterFiles(folders: readonly StarterFolder[]): readonly NewFile[] {
  return folders.flatMap(({ from, to }) => {
    const source = join(packageFolder(), "starters", from);
    if (/\.\w+$/.test(from)) return [{ path: to, text: readFileSync(source, "utf8") }];
    return readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => ({
        path: `${to}${file.slice(source.length + 1).replaceAll("\\", "/")}`,
        text: readFileSync(file, "utf8"),
      }));
  });
}

/** The nearest folder with a manifest: the build bundles this module, at another depth than that of its source. */
function packageFolder(folder = import.meta.dirname): string {
  return existsSync(join(folder, "package.json")) ? folder : packageFolder(dirname(folder));
}
