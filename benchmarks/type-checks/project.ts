import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scratchFolder } from "../frame/scratch-folder.ts";

/** The files of a project, by name. */
export type Sources = Readonly<Record<string, string>>;

/** A host's options: no paths of this repository, so that packages resolve as published. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "ESNext",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

/** Writes a project into a new folder whose `node_modules` is a link to `modules`. */
export async function writeProject(
  sources: Sources,
  modules: URL,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await scratchFolder();
  await symlink(fileURLToPath(modules), join(folder.path, "node_modules"));
  const config = JSON.stringify({ compilerOptions, files: Object.keys(sources) });
  for (const [name, source] of Object.entries({ ...sources, "tsconfig.json": config }))
    await writeFile(join(folder.path, name), source);
  return folder;
}
