import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, pnpm } from "./command.ts";
import { manifestOf, packageFolders, tarballOf } from "./release/tarballs.ts";

/**
 * Prepares a project outside the workspace for the packed packages, and returns the command that installs it. pnpm links
 * its files from the store of the workspace, which takes a quarter of npm's CPU time.
 */
export function installPacked(folder: string): Command {
  const settings = {
    packages: [],
    // The packages require each other by version, and are not published yet.
    overrides: Object.fromEntries(packageFolders.map((name) => [manifestOf(name).name, `file:${tarballOf(name)}`])),
    // As with npm, a host's runtime unpacks its program when it is installed.
    dangerouslyAllowAllBuilds: true,
  };
  // Each JSON text is YAML too.
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify(settings, null, 2));
  return pnpm(
    "install",
    "--prefer-offline",
    "--no-frozen-lockfile",
    "--reporter",
    "append-only",
    "--loglevel",
    "error",
  );
}
