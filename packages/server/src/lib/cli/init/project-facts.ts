import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getTsconfig, parseTsconfig } from "get-tsconfig";
import { gitStateOf } from "../doctor/git-files.js";
import { dependenciesOf, readManifest } from "../doctor/project.js";

/** The facts about a project on which a plan depends. */
export interface ProjectFacts {
  readonly folder: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly isTypeScript: boolean;
  /** The files of variables that git tracks: a line in `.gitignore` does not keep them out of a commit. */
  readonly trackedVariables: readonly string[];
  /** Extension of relative imports in files that Node or a similar runtime loads. */
  readonly importExtension: ".ts" | ".js";
  /** The keys of `package.json`, such as `type` and `scripts.dev`, with their values. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Whether a file or folder exists. */
  has(path: string): boolean;
  /** The text of a file; `null` if there is none. */
  read(path: string): string | null;
}

/** The files to which the plans of the frameworks add variables. */
export const variableFiles = [".env", ".env.local", ".dev.vars"] as const;

/**
 * Reads the facts about the project in a folder.
 *
 * @param options.isNew whether `init` writes the project itself, in TypeScript: the folder may be empty.
 * @returns `null` without a project.
 */
export async function readFacts(folder: string, { isNew }: { readonly isNew: boolean }): Promise<ProjectFacts | null> {
  const manifest = (await readManifest(folder)) ?? (isNew ? {} : null);
  if (manifest === null) return null;
  const has = (path: string) => existsSync(join(folder, path));
  const states = await Promise.all(variableFiles.map((path) => gitStateOf(folder, path)));
  const read = (path: string) => (has(path) ? readFileSync(join(folder, path), "utf8") : null);
  return {
    folder,
    dependencies: dependenciesOf(manifest),
    isTypeScript: isNew || has("tsconfig.json"),
    manifest: { type: manifest.type, ...prefixed(manifest.scripts ?? {}, "scripts.") },
    trackedVariables: variableFiles.filter((_, index) => states[index] === "tracked"),
    importExtension: isNew || allowsTsExtensions(folder) ? ".ts" : ".js",
    has,
    read,
  };
}

function prefixed(record: Readonly<Record<string, string>>, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** Whether the compiler's options, or those of a referenced project, allow it: create-vite's own file has references alone. */
function allowsTsExtensions(folder: string): boolean {
  if (!existsSync(join(folder, "tsconfig.json"))) return false;
  try {
    const { config } = getTsconfig(folder) ?? {};
    const references = (config?.references ?? []).map(({ path }) => join(folder, path));
    const referenced = references.map((path) =>
      parseTsconfig(path.endsWith(".json") ? path : join(path, "tsconfig.json")),
    );
    return [config, ...referenced].some(
      (each) =>
        each?.compilerOptions?.allowImportingTsExtensions ?? each?.compilerOptions?.rewriteRelativeImportExtensions,
    );
  } catch {
    // Such as a base configuration that the framework generates at its first start.
    return false;
  }
}
