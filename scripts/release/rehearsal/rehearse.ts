import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pnpm, root, runOrThrow } from "../../command.ts";
import { putBetweenMarks } from "../../page-marks.ts";
import { compilers, type HostRow, hostRows } from "./host-rows.ts";
import { type LocalRegistry, startLocalRegistry, toolsFolder } from "./local-registry.ts";
import { type InstalledVersions, runHost } from "./run-host.ts";
import { type NextVersion, versionPackages } from "./version-packages.ts";

/** The tarballs and changelogs of the last rehearsal. */
const outputFolder = join(root, "node_modules", ".cache", "safelight-release");

/**
 * Rehearses a release in all its steps but the last. It packs and checks the next version with its changelogs, publishes it to
 * a registry on the loopback address, and installs it in hosts with several package managers, runtimes and peers.
 *
 * @returns whether everything passed. Failures are printed.
 */
export async function rehearse(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "safelight-release-"));
  let registry: LocalRegistry | null = null;
  try {
    await runOrThrow(pnpm("install", "--frozen-lockfile", "--prefer-offline"), { cwd: toolsFolder });
    const next = await versionPackages(join(folder, "clone"), outputFolder);
    console.log(`${next.version}: tarballs and changelogs in ${outputFolder}`);
    await checkTarballs(next);
    registry = await startLocalRegistry(join(folder, "registry"));
    await publishAll(next, registry.url);
    return await runHosts(next.version, { folder, registryUrl: registry.url });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    await registry?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function checkTarballs({ tarballs }: NextVersion): Promise<void> {
  for (const tarball of tarballs) {
    await runOrThrow(["publint", "run", "--strict", tarball], { cwd: root });
    await runOrThrow(["attw", tarball, "--profile", "esm-only"], { cwd: root });
  }
  console.log("publint and attw: passed");
}

/** Publishes with npm, as a release does, but without provenance, which only a CI service can sign. */
async function publishAll({ tarballs }: NextVersion, url: string): Promise<void> {
  const npm = join(toolsFolder, "node_modules", ".bin", "npm");
  const token = `--${url.replace("http:", "")}/:_authToken=rehearsal`;
  for (const tarball of tarballs) {
    await runOrThrow([npm, "publish", tarball, "--registry", url, token, "--provenance=false"], { cwd: root });
  }
  console.log("published to a local registry");
}

/**
 * Runs one host after the other, because each uses all cores. If all pass, writes their versions into the page of supported
 * versions.
 */
async function runHosts(version: string, { folder, registryUrl }: { folder: string; registryUrl: string }) {
  const rows: string[] = [];
  for (const row of hostRows) {
    const name = `${row.packageManager} on Node ${row.node}`;
    const started = performance.now();
    try {
      const installed = await runHost(row, { folder: join(folder, row.packageManager), registryUrl, version });
      rows.push(tableRow(row, installed));
      console.log(`${name}: passed in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
    } catch (error) {
      console.log(`${name}: FAILED, ${error instanceof Error ? error.message : error}`);
    }
  }
  if (rows.length < hostRows.length) return false;
  const run = `Last run on ${new Date().toISOString().slice(0, 10)}, with ${packageManagers()}:`;
  await putBetweenMarks(versionsPage, { name: "versions", text: [run, "", tableHead, ...rows].join("\n") });
  return true;
}

const versionsPage = join(root, "docs", "versions.md");
const tableHead = `| package manager | Node.js | TypeScript | React | TanStack Query | zod | Hono |
|---|---|---|---|---|---|---|`;

/** The package managers with their versions. */
function packageManagers(): string {
  const { devDependencies }: { devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(toolsFolder, "package.json"), "utf8"),
  );
  const { npm, "@yarnpkg/cli-dist": yarn, bun } = devDependencies;
  const { packageManager }: { packageManager: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return `npm ${npm}, ${packageManager.replace("@", " ")}, yarn ${yarn} and bun ${bun}`;
}

function tableRow({ packageManager, node }: HostRow, { react, query, zod, hono }: InstalledVersions): string {
  return `| ${[packageManager, node, compilers.join(", "), react, query, zod, hono].join(" | ")} |`;
}
