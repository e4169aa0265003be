import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A source file of a project. */
export interface SourceFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

const sourcePattern = /(?<!\.d)\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|svelte|vue|astro)$/;
const testPattern = /\.(test|spec|stories)\.\w+$|(^|\/)(__tests__|tests?|e2e)\//;
const skippedFolders = new Set(["node_modules", "dist", "build", "out", "coverage", "public"]);
const maxFiles = 5_000;
const maxFileBytes = 512 * 1_024;

/** Reads the sources of a project, without tests, builds and hidden folders. Reads at most 5,000 files. */
export async function readSources(folder: string): Promise<readonly SourceFile[]> {
  const paths = (await listSources(folder)).slice(0, maxFiles);
  const read = await Promise.all(paths.map((path) => readSource(folder, path)));
  return read.filter((file) => file !== null);
}

async function listSources(folder: string, below = folder): Promise<readonly string[]> {
  const entries = await readdir(below, { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries.toSorted((left, right) => left.name.localeCompare(right.name))) {
    const path = join(below, entry.name);
    if (paths.length >= maxFiles) break;
    if (entry.isDirectory()) {
      // Folders of frameworks and tools, such as `.next`.
      if (skippedFolders.has(entry.name) || entry.name.startsWith(".")) continue;
      paths.push(...(await listSources(folder, path)));
    } else if (entry.isFile() && sourcePattern.test(entry.name)) {
      paths.push(relative(folder, path).split(sep).join("/"));
    }
  }
  return paths.filter((path) => !testPattern.test(path));
}

async function readSource(folder: string, path: string): Promise<SourceFile | null> {
  const file = join(folder, path);
  const { size } = await stat(file);
  return size > maxFileBytes ? null : { path, text: await readFile(file, "utf8") };
}

/** Reads a file; `null` if it does not exist. */
export async function readIfExists(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
}
