import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Counts } from "./check/check-steps.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { type Command, pnpm, root, runCommand } from "./command.ts";
import { installPacked } from "./install-packed.ts";
import { packageFolders, tarballOf } from "./release/tarballs.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";
import { typeCheck } from "./type-check.ts";

/** Templates are those of npm, as their pages document. They install with pnpm, except in the long form. */
const managers = { npm_config_user_agent: "npm", HOST_PNPM: pnpm().join(" ") };

/** A copy of a host application in the temporary folder, with the packed packages in its manifest. */
export interface HostProject {
  readonly folder: string;
  /**
   * Runs a command in the copy and prints its output.
   *
   * @returns the totals that `node --test` printed; zeros without tests.
   * @throws {AssertionError} when the command fails.
   */
  run(...command: Command): Promise<Counts>;
  /**
   * Installs the copy's dependencies.
   *
   * @throws {AssertionError} when an install fails.
   */
  install(): Promise<void>;
  /**
   * Checks the types of the modules in the copy's folder, with the dependencies of the host.
   *
   * @throws {AssertionError} when the types are wrong.
   */
  checkTypes(): Promise<void>;
  /** Deletes the copy. */
  dispose(): void;
}

/**
 * Copies a host application of the repository and points its manifest at the packed packages. Run
 * `scripts/release/pack.ts` first. If the manifest names pages of the docs as `documented`, these are copied as
 * `documented.md`, and each of their code blocks into the folder `documented`. If it names an example as `example`, the
 * files of that folder are copied into the folder `example`, and use the dependencies of the host.
 *
 * @param path the application's folder, relative to the root: `examples/nextjs`.
 * @param env added to the environment of each command.
 */
export function copyHostProject(path: string, env: Readonly<Record<string, string>>): HostProject {
  const folder = mkdtempSync(join(tmpdir(), "safelight-host-"));
  copyFiles(path, folder);
  copyImportedSiblings(path, folder);
  const manifestPath = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
  if (manifest.documented !== undefined) writeDocumented([manifest.documented].flat(), join(folder, "documented"));
  if (manifest.example !== undefined) copyFiles(manifest.example, join(folder, "example"));
  // They are not published yet. A host with a vendor does not install the demo provider.
  for (const name of packageFolders) {
    const isUsed = name !== "demo-provider" || `@safelight/${name}` in manifest.dependencies;
    if (isUsed) manifest.dependencies[`@safelight/${name}`] = `file:${tarballOf(name)}`;
  }
  delete manifest.overrides;
  writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
  const print = (text: string) => process.stdout.write(text.replaceAll(/^(?=.)/gm, `${basename(path)} | `));
  const run: HostProject["run"] = async (...command) => {
    print(`$ ${command.join(" ")}\n`);
    const { succeeded, output } = await runCommand(command, {
      cwd: folder,
      env: { ...env, ...managers },
      onOutput: print,
    });
    assert(succeeded, `${command.join(" ")} failed in the copy of ${path}`);
    return testCountsOf(output);
  };
  return {
    folder,
    run,
    install: async () => {
      await run(...installPacked(folder));
    },
    checkTypes: async () => {
      writeFileSync(join(folder, "tsconfig.types.json"), JSON.stringify(typesConfig(manifest)));
      await run(...typeCheck("tsconfig.types.json"));
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Compiler options of a host: those of `examples/hosts`, with the types of Node and of the host's runtime. */
function typesConfig({ devDependencies = {} }: { readonly devDependencies?: Readonly<Record<string, string>> }) {
  const runtimes = Object.keys(devDependencies).filter((name) => /^@types\/(bun|deno)$/.test(name));
  return {
    extends: join(root, "examples", "hosts", "tsconfig.json"),
    compilerOptions: {
      types: ["node", ...runtimes.map((name) => name.replace("@types/", ""))],
      typeRoots: ["node_modules/@types", join(root, "node_modules", "@types")],
    },
    include: ["*.ts", "example/*.ts"],
  };
}

/** Copies the repository's files, without the local secrets, databases and images of a developer. */
function copyFiles(path: string, folder: string): void {
  const local = /\.(local|db|db-shm|db-wal)$|^media\/|^package-lock\.json$/;
  for (const file of repositoryFiles()) {
    if (!file.startsWith(`${path}/`)) continue;
    const relative = file.slice(path.length + 1);
    if (!local.test(relative)) cpSync(join(root, file), join(folder, relative), { recursive: true });
  }
}

function writeDocumented(pages: readonly string[], folder: string): void {
  const markdown = pages.map(readRepositoryFile).join("\n");
  writeFileSync(`${folder}.md`, markdown);
  for (const { file, source } of codeBlocksOf(markdown)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }
}

/** Copies the modules beside the host's folder that a file of the copy imports. */
function copyImportedSiblings(path: string, folder: string): void {
  const siblings = repositoryFiles().filter((file) => dirname(file) === dirname(path) && file.endsWith(".ts"));
  const sources = readdirSync(folder).filter((name) => /\.[jt]s$/.test(name));
  const texts = sources.map((name) => readFileSync(join(folder, name), "utf8"));
  const imported = siblings.filter(
    (file) => !sources.includes(basename(file)) && texts.some((text) => text.includes(`"./${basename(file)}"`)),
  );
  for (const file of imported) cpSync(join(root, file), join(folder, basename(file)));
  // A copied module may import a further one.
  if (imported.length > 0) copyImportedSiblings(path, folder);
}

/** The totals that `node --test` prints at its end; zeros without tests. */
export function testCountsOf(output: string): Counts {
  const totals = /^. pass (\d+)\n. fail (\d+)\n. cancelled (\d+)\n. skipped (\d+)$/m.exec(output);
  const [passed = 0, failed = 0, canceled = 0, skipped = 0] = totals?.slice(1).map(Number) ?? [];
  return { passed, failed: failed + canceled, skipped };
}
