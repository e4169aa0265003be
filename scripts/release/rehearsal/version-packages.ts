import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pnpm, root, runOrThrow } from "../../command.ts";
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
  await runOrThrow(["git", "clone", "--quiet", "--no-hardlinks", root, clone], { cwd: root });
  await runOrThrow(pnpm("install", "--frozen-lockfile", "--prefer-offline"), { cwd: clone });
  await runOrThrow(["changeset", "version"], { cwd: clone });
  // The workspace's lock file has the versions of its packages.
  await runOrThrow(pnpm("install", "--no-frozen-lockfile", "--offline"), { cwd: clone });
  await runOrThrow(pnpm("run", "build"), { cwd: clone });
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const version = versionOf(clone, "server");
  const pathOf = (name: PackageFolder) => join(output, `safelight-${name}-${version}`);
  for (const name of packageFolders) {
    const folder = join(clone, "packages", name);
    await runOrThrow(pnpm("pack", "--out", `${pathOf(name)}.tgz`), { cwd: folder });
    cpSync(join(folder, "CHANGELOG.md"), `${pathOf(name)}.md`);
  }
  return { version, tarballs: packageFolders.map((name) => `${pathOf(name)}.tgz`) };
}

function versionOf(clone: string, name: PackageFolder): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(clone, "packages", name, "package.json"), "utf8"));
  return manifest.version;
}
