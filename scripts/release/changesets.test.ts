import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempFolder } from "../../packages/server/testing/temp-folder.ts";
import { root, runCommand } from "../command.ts";
import { repositoryFiles } from "../repository-files.ts";
import { type Manifest, manifestOf, packageFolders } from "./tarballs.ts";

// Only the manifests of the workspace and the changesets, in another repository, since `changeset version` writes into it.
const folder = await tempFolder("changesets", afterAll);

beforeAll(async () => {
  const files = ["package.json", "pnpm-workspace.yaml", ".changeset"];
  const manifests = repositoryFiles().filter((path) => /^[a-z-]+\/([a-z-]+\/)?package\.json$/.test(path));
  for (const path of [...files, ...manifests]) cpSync(join(root, path), join(folder, path), { recursive: true });
  // A change of one package alone: `fixed` in the configuration must bump the others with it.
  writeFileSync(join(folder, ".changeset/rehearsal.md"), '---\n"@safelight/server": major\n---\n\nA rehearsal.\n');
  await run("git", "init", "--quiet", "--initial-branch", "main");
  await run("git", "add", ".");
  await run("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "start");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await run("changeset", "version");
});

async function run(program: string, ...args: string[]): Promise<void> {
  const { succeeded, output } = await runCommand([program, ...args], { cwd: folder });
  expect(succeeded, output).toBe(true);
}

describe("changeset version", () => {
  it("gives every package the same next version", () => {
    const versions = packageFolders.map((name): string => {
      const manifest: Manifest = JSON.parse(readFileSync(join(folder, "packages", name, "package.json"), "utf8"));
      return manifest.version;
    });
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).not.toBe(manifestOf("server").version);
  });

  it.each(packageFolders)(
    "writes a changelog for packages/%s, without links to files, which would be dead there",
    (name) => {
      const changelog = readFileSync(join(folder, "packages", name, "CHANGELOG.md"), "utf8");
      expect(changelog.match(/\]\((?!https:)[^)]*\)/g) ?? []).toEqual([]);
    },
  );
});
