import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { codeBlocksOf } from "./code-blocks.ts";
import { type Command, root, runCommand } from "./command.ts";
import { hostPages } from "./host-pages.ts";
import { installPacked } from "./install-packed.ts";
import { manifestOf, packageFolders, tarballOf } from "./release/tarballs.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";
import { typeCheck } from "./type-check.ts";

// Installs the packed packages into a project outside this workspace, compiles the code blocks of README and docs there,
// runs the blocks that are tests, runs the server, and bundles the page. Run `scripts/release/pack.ts` first.
const project = mkdtempSync(join(tmpdir(), "safelight-consumer-"));
try {
  writeProject();
  await step(...installPacked(project));
  await step(...typeCheck("tsconfig.json"));
  await step(...typeCheck("tsconfig.drizzle.json"));
  // Separately: in a larger program, other imports may provide the names that its declarations need.
  await step(...typeCheck("tsconfig.hooks.json"));
  await step(...typeCheck("tsconfig.suspense-hooks.json"));
  await step(...typeCheck("tsconfig.only-node.json"));
  await step(...typeCheck("tsconfig.only-workers.json"));
  await step("node_modules/.bin/vitest", "run");
  await step("node", "drive.ts");
  await step("node_modules/.bin/safelight", "audit", "file:safelight.db");
  await step(
    "node_modules/.bin/esbuild",
    "readme/studio-page.tsx",
    "--bundle",
    "--minify",
    "--format=esm",
    "--platform=browser",
    "--outfile=out/page.js",
    "--metafile=out/meta.json",
  );
  assertNoServerCode();
  console.log("The consumer project installs, compiles, runs and bundles.");
} finally {
  rmSync(project, { recursive: true, force: true });
}

function writeProject(): void {
  cpSync(join(root, "scripts", "consumer"), project, { recursive: true });
  for (const folder of ["readme", "docs"]) {
    mkdirSync(join(project, folder));
    cpSync(join(project, "session.ts"), join(project, folder, "session.ts"));
  }
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest(), null, 2));
  writeBlocks("README.md", "readme");
  const skipped = hostPages();
  const pages = repositoryFiles().filter((path) => /^(docs|packages)\/.*\.md$/.test(path) && !skipped.includes(path));
  for (const page of pages) writeBlocks(page, "docs");
  // Pages of the docs continue from the README's files.
  for (const { file } of codeBlocksOf(readRepositoryFile("README.md"))) {
    const path = join(project, "docs", file);
    if (!existsSync(path)) cpSync(join(project, "readme", file), path);
  }
}

function writeBlocks(page: string, folder: string): void {
  for (const { file, source } of codeBlocksOf(readRepositoryFile(page))) {
    const path = join(project, source.includes('from "drizzle-orm') ? "drizzle" : folder, file);
    assert(!existsSync(path), `${page} has a second block for ${file}: use another file name`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }
}

function manifest(): object {
  const tarballs = Object.fromEntries(
    packageFolders.map((folder) => [`@safelight/${folder}`, `file:${tarballOf(folder)}`]),
  );
  const { dependencies, devDependencies } = manifestOf("server");
  const server = { ...dependencies, ...devDependencies };
  const react = manifestOf("react").devDependencies ?? {};
  const tools: Record<string, string> = JSON.parse(readRepositoryFile("package.json")).devDependencies;
  const nodeServers = hostManifest("node-servers");
  const cloudflare = hostManifest("cloudflare");
  const pick = (from: Readonly<Record<string, string>>, ...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  return {
    private: true,
    type: "module",
    dependencies: {
      ...tarballs,
      ...pick(
        server,
        "@hono/node-server",
        "@libsql/client",
        "@opentelemetry/api",
        "aws4fetch",
        "drizzle-orm",
        "files-sdk",
        "hono",
        "libsql",
        "pg",
        "zod",
      ),
      ...pick(react, "@tanstack/react-query", "react", "react-dom"),
      ...pick(nodeServers, "express", "fastify"),
    },
    devDependencies: {
      ...pick(react, "@testing-library/react", "@types/react", "@types/react-dom"),
      ...pick(server, "@types/pg"),
      ...pick(nodeServers, "@types/express"),
      ...pick(cloudflare, "@cloudflare/workers-types"),
      ...pick(server, "@types/pg"),
      ...pick(tools, "@types/node", "esbuild", "jsdom", "msw", "vitest"),
    },
  };
}

/** All dependencies of a host of `examples/hosts`. */
function hostManifest(name: string): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(readRepositoryFile(`examples/hosts/${name}/package.json`));
  return { ...dependencies, ...devDependencies };
}

async function step(...command: Command): Promise<void> {
  console.log(`$ ${command.join(" ")}`);
  const { succeeded } = await runCommand(command, { cwd: project, onOutput: (text) => process.stdout.write(text) });
  assert(succeeded, `${command[0]} failed in the consumer project`);
}

function assertNoServerCode(): void {
  const meta: { inputs: object } = JSON.parse(readFileSync(join(project, "out", "meta.json"), "utf8"));
  const inputs = Object.keys(meta.inputs);
  assert(
    inputs.some((path) => path.includes("node_modules/@safelight/react/")),
    "The page is bundled with the hooks.",
  );
  const forbidden = /node_modules\/(@safelight\/(server|demo-provider)|zod|hono|@hono|drizzle-orm|libsql|@libsql)\//;
  assert.deepEqual(
    inputs.filter((path) => forbidden.test(path)),
    [],
    "The bundle contains no code for servers.",
  );
}
