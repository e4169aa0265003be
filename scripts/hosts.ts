import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failedFileLine } from "./check/failed-files.ts";
import { root } from "./command.ts";
import { findHeadlessChromium } from "./find-chromium.ts";
import { writeLocks } from "./host-lock.ts";
import { writeResults } from "./host-matrix.ts";
import { copyHostProject, type HostProject } from "./host-project.ts";
import { writeQuickStart } from "./quick-starts.ts";
import { readRepositoryFile } from "./repository-files.ts";

// Runs each host of `examples/hosts` with the packed packages: installs a copy of it, checks its types, builds it if it
// has a build script, and runs its tests. `node scripts/hosts.ts deno bun` runs these two, `--types` checks types only,
// and `--long` runs the long form of the tests that have one. Without a name, a host whose manifest has `onlyLong` runs
// with `--long` only. `--matrix` runs the script `matrix` of each manifest that has one, and writes the results and the table
// of docs/hosting.md. `--long` writes the seconds of a quick start into docs/versions.md. `--lock` writes the lock files of each host that passed. Run `scripts/release/pack.ts` first.
// The last lines are one for each failed host, and the sum: `N passed, N failed, N skipped`.
const folder = "examples/hosts";
const chromium = findHeadlessChromium(process.env);
const sum = { passed: 0, failed: 0, skipped: 0 };
const failedHosts: string[] = [];
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    lock: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    matrix: { type: "boolean", default: false },
    types: { type: "boolean", default: false },
  },
});
const all = allHosts();
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown host "${unknown.join('", "')}" in ${folder}. Use one of: ${all.join(", ")}.`);
  process.exit(2);
}

const results = options.matrix ? mkdtempSync(join(tmpdir(), "safelight-results-")) : null;
// One more than the number of cores: the tests of a host mostly wait for its servers.
const queue = names.length > 0 ? names : all.filter(isSelected);
await Promise.all(Array.from({ length: availableParallelism() + 1 }, runQueued));
if (results !== null) {
  await writeResults(results);
  rmSync(results, { recursive: true });
}
for (const name of failedHosts) console.log(failedFileLine({ name, counts: { passed: 0, failed: 1, skipped: 0 } }));
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;

async function runQueued(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) await runHost(name);
}

/** Counts a host that cannot be installed or built, or that has wrong types, as one failure. */
async function runHost(name: string): Promise<void> {
  if (needsBrowser(name) && chromium === null) {
    console.log(`${name}: skipped, could not find Chromium (install one, or set CHROMIUM_PATH)`);
    sum.skipped += 1;
    return;
  }
  const started = performance.now();
  const project = copyHostProject(`${folder}/${name}`, {
    NEXT_TELEMETRY_DISABLED: "1",
    ...(options.long ? { HOSTS_LONG: "1" } : {}),
    ...(results === null ? {} : { HOSTS_RESULTS: results }),
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
  });
  try {
    await project.install();
    await project.checkTypes();
    if (!options.types) await buildAndTest(name, project);
    if (options.long) await recordQuickStart(name, project);
    if (options.lock) writeLocks(`${folder}/${name}`, project.folder);
    console.log(`${name}: passed in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
  } catch (error) {
    sum.failed += 1;
    failedHosts.push(name);
    console.log(`${name}: FAILED, ${error instanceof Error ? error.message : String(error)}`);
    console.log(`\`pnpm build && pnpm pack:packages && pnpm hosts ${name}\` runs it alone.`);
  } finally {
    project.dispose();
  }
}

async function buildAndTest(name: string, project: HostProject): Promise<void> {
  if (isBuilt(name)) await project.run("node", "--run", "build");
  const { passed, failed, skipped } = await project.run("node", "--run", options.matrix ? "matrix" : "test");
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

/** Writes the seconds of a host that follows a quick start. */
async function recordQuickStart(name: string, { folder: copy }: HostProject): Promise<void> {
  const result = join(copy, "quick-start.json");
  const { documented } = manifestOf(name);
  if (documented === undefined || !existsSync(result)) return;
  const { seconds, versions } = JSON.parse(readFileSync(result, "utf8"));
  await writeQuickStart({ page: documented, ranOn: new Date().toISOString().slice(0, 10), seconds, versions });
}

function isSelected(name: string): boolean {
  const { onlyLong = false, scripts } = manifestOf(name);
  return options.matrix ? scripts.matrix !== undefined : options.long || !onlyLong;
}

/** Hosts with a build script first, since they take the longest. */
function allHosts(): string[] {
  const names = readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  return names.sort((a, b) => Number(isBuilt(b)) - Number(isBuilt(a)) || a.localeCompare(b));
}

function isBuilt(name: string): boolean {
  return manifestOf(name).scripts.build !== undefined;
}

function needsBrowser(name: string): boolean {
  return (
    manifestOf(name).dependencies.playwright !== undefined || manifestOf(name).devDependencies?.playwright !== undefined
  );
}

/** The part of a host's manifest that this script reads. */
function manifestOf(name: string): {
  readonly documented?: string;
  readonly onlyLong?: boolean;
  readonly scripts: { readonly build?: string; readonly matrix?: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readRepositoryFile(`${folder}/${name}/package.json`));
}
