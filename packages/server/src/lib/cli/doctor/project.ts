import { join } from "node:path";
import { parseEnv } from "node:util";
import { readIfExists, readSources, type SourceFile } from "./project-files.js";

/** The part of a `package.json` that the checks read. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A file with variables. */
export interface VariableFile {
  readonly path: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** A host's project, from its files. */
export interface Project {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: readonly SourceFile[];
  /** The files that call `createSafelight`. */
  readonly servers: readonly SourceFile[];
  readonly variableFiles: readonly VariableFile[];
  /** Variables of the process and of the files; those of the process come first. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const variableFileNames = [
  ".env",
  ".env.local",
  ".env.development",
  ".env.development.local",
  ".env.production",
  ".env.production.local",
  ".dev.vars",
];

/**
 * Reads a project; `null` without a `package.json`.
 *
 * @param variables those of the process.
 * @throws {Error} if the `package.json` is not valid JSON.
 */
export async function readProject(
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Project | null> {
  const manifest = await readManifest(folder);
  if (manifest === null) return null;
  const sources = await readSources(folder);
  const servers = sources.filter(
    ({ text }) => /\bcreateSafelight\s*\(/.test(text) && text.includes("@safelight/server"),
  );
  const read = await Promise.all(
    variableFileNames.map(async (path) => ({ path, text: await readIfExists(join(folder, path)) })),
  );
  const variableFiles = read.flatMap(({ path, text }) => (text === null ? [] : [{ path, values: parseEnv(text) }]));
  const merged = Object.assign({}, ...variableFiles.map(({ values }) => values), variables);
  return { folder, manifest, sources, servers, variableFiles, variables: merged };
}

/** Reads the `package.json` of a folder; `null` if there is none. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readIfExists(join(folder, "package.json"));
  if (text === null) return null;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new Error(`${join(folder, "package.json")} is not valid JSON.`);
  }
}

/** All dependencies of a manifest, with their ranges. */
export function dependenciesOf({ dependencies, devDependencies }: Manifest): Readonly<Record<string, string>> {
  return { ...devDependencies, ...dependencies };
}
