import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, pnpm, root, runCommand } from "../../command.ts";
import { type Manifest, type PackageFolder, packageFolders } from "../tarballs.ts";

/** The packages of the next version, as they would be published. */
export interface NextVersion {
  readonly version: string;
  /** Paths of the tarballs. A package comes after those that it depends on. */
  readonly tarballs: readonly string[];
}

/**
 * Builds the next version in a clone of the last commit, because `changeset version` writes into the repository. Replaces
 * `output` with the tarballs and their changelogs.
 *
 * @throws {Error} with the output of the command that failed.
 */
export async function versionPackages(clone: string, output: string): Promise<NextVersion> {
  await run(["git", "clone", "--quiet", "--no-hardlinks", root, clone], root);
  await run(pnpm("install", "--frozen-lockfile", "--prefer-offline"), clone);
  await run(["changeset", "version"], clone);
  // The workspace's lock file has the versions of its packages.
  await run(pnpm("install", "--no-frozen-lockfile", "--offline"), clone);
  await run(pnpm("run", "build"), clone);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const version = versionOf(clone, "server");
  const pathOf = (name: PackageFolder) => join(output, `safelight-${name}-${version}`);
  for (const name of packageFolders) {
    const folder = join(clone, "packages", name);
    await run(pnpm("pack", "--out", `${pathOf(name)}.tgz`), folder);
    cpSync(join(folder, "CHANGELOG.md"), `${pathOf(name)}.md`);
  }
  return { version, tarballs: packageFolders.map((name) => `${pathOf(name)}.tgz`) };
}

function versionOf(clone: string, name: PackageFolder): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(clone, "packages", name, "package.json"), "utf8"));
  return manifest.version;
}

async function run(command: Command, cwd: string): Promise<void> {
  const { succeeded, output } = await runCommand(command, { cwd });
  if (!succeeded) throw new Error(`${command.join(" ")} failed:\n${output}`);
}
