import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocksOf } from "../../code-blocks.ts";
import { type Command, pnpm, root, runOrThrow } from "../../command.ts";
import { findHeadlessChromium } from "../../find-chromium.ts";
import { readRepositoryFile } from "../../repository-files.ts";
import { type Manifest, manifestOf, packageFolders } from "../tarballs.ts";
import { compilers, type HostRow } from "./host-rows.ts";
import { toolsFolder } from "./local-registry.ts";

/** A folder for a host, and the registry and version from which it installs. */
export interface HostSetup {
  readonly folder: string;
  readonly registryUrl: string;
  readonly version: string;
}

/** Versions of the peers that a package manager has installed. */
export type InstalledVersions = Readonly<Record<"react" | "query" | "zod" | "hono", string>>;

const chromium = findHeadlessChromium(process.env);
const bin = join(toolsFolder, "node_modules", ".bin");

/**
 * Installs the published packages in a new project, compiles the README's server and a page with each version of TypeScript,
 * and runs both.
 *
 * @returns the installed versions of its peers, by package.
 * @throws {Error} with the output of the command that failed.
 */
export async function runHost(row: HostRow, setup: HostSetup): Promise<InstalledVersions> {
  writeHost(row, setup);
  const node = join(toolsFolder, "node_modules", `node-${row.node}`, "bin", "node");
  const env = environmentOf(setup);
  const run = (...command: Command): Promise<void> => runOrThrow(command, { cwd: setup.folder, env });
  await run(...installCommands[row.packageManager]);
  for (const compiler of compilers) {
    await run("node", join("node_modules", `typescript-${compiler}`, "bin", "tsc"), "-p", "tsconfig.json");
  }
  await run(node, "drive.ts");
  await run("esbuild", "page.tsx", "--bundle", "--format=esm", "--jsx=automatic", "--outfile=page.js");
  await run(node, "drive-page.ts");
  return installedVersions(setup.folder);
}

function installedVersions(folder: string): InstalledVersions {
  const versionOf = (name: string): string => {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
    return manifest.version;
  };
  return {
    react: versionOf("react"),
    query: versionOf("@tanstack/react-query"),
    zod: versionOf("zod"),
    hono: versionOf("hono"),
  };
}

const installCommands: Readonly<Record<HostRow["packageManager"], Command>> = {
  npm: [join(bin, "npm"), "install", "--no-audit", "--no-fund"],
  pnpm: pnpm("install", "--no-frozen-lockfile"),
  yarn: [join(bin, "yarn"), "install"],
  bun: [join(bin, "bun"), "install"],
};

/** Settings of the package managers. Each host has its own caches: the next version has other bytes in each run. */
function environmentOf({ folder, registryUrl }: HostSetup): Record<string, string> {
  return {
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
    npm_config_cache: join(folder, ".npm"),
    BUN_INSTALL_CACHE_DIR: join(folder, ".bun"),
    YARN_NPM_REGISTRY_SERVER: registryUrl,
    YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
    YARN_NODE_LINKER: "node-modules",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_ENABLE_TELEMETRY: "false",
    // Permits packages that were just published, as `minimumReleaseAge` does in `pnpm-workspace.yaml`.
    YARN_NPM_MINIMAL_AGE_GATE: "0",
    YARN_GLOBAL_FOLDER: join(folder, ".yarn-global"),
  };
}

function writeHost(row: HostRow, { folder, registryUrl, version }: HostSetup): void {
  mkdirSync(join(folder, "readme"), { recursive: true });
  cpSync(join(import.meta.dirname, "host"), folder, { recursive: true });
  cpSync(join(root, "scripts", "consumer", "drive.ts"), join(folder, "drive.ts"));
  for (const { file, source } of codeBlocksOf(readRepositoryFile("README.md"))) {
    // Not the README's page, which needs React 19: its form has a function as action.
    if (file.endsWith(".ts")) writeFileSync(join(folder, "readme", file), source);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifestFor(row, version), null, 2));
  // Read by npm, pnpm and bun.
  writeFileSync(join(folder, ".npmrc"), `registry=${registryUrl}\n`);
  writeFileSync(
    join(folder, "pnpm-workspace.yaml"),
    JSON.stringify({ packages: [], dangerouslyAllowAllBuilds: true, minimumReleaseAge: 0 }, null, 2),
  );
}

function manifestFor(row: HostRow, version: string): object {
  const { devDependencies = {} } = manifestOf("server");
  return {
    private: true,
    type: "module",
    dependencies: {
      ...Object.fromEntries(packageFolders.map((name) => [`@safelight/${name}`, version])),
      "@hono/node-server": devDependencies["@hono/node-server"],
      "@tanstack/react-query": row.query,
      hono: row.hono,
      libsql: devDependencies.libsql,
      playwright: "1.65.1",
      react: row.react,
      "react-dom": row.react,
      zod: row.zod,
    },
    devDependencies: {
      ...Object.fromEntries(compilers.map((compiler) => [`typescript-${compiler}`, `npm:typescript@${compiler}`])),
      "@types/node": "^22.18.0",
      "@types/react": row.react === "latest" ? "latest" : "18.3.28",
      "@types/react-dom": row.react === "latest" ? "latest" : "18.3.7",
    },
  };
}
