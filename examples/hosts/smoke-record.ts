import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import type { HostRecord } from "./host-record.ts";

/**
 * Registers hooks that write the results of the enclosing suite into the folder `HOSTS_RESULTS`, if the environment has it.
 *
 * @param options.tests names of checks by the titles of their tests.
 * @param options.versions called after the tests, because a test may install the host.
 */
export function recordResults(options: {
  readonly host: string;
  readonly tests: Readonly<Record<string, string>>;
  readonly exempt: Readonly<Record<string, string>>;
  readonly versions: () => Readonly<Record<string, string>>;
}): void {
  const { HOSTS_RESULTS: folder } = process.env;
  if (folder === undefined) return;
  const checks: Record<string, boolean | string> = { ...options.exempt };
  afterEach((test) => {
    const check = options.tests[test.name];
    // Only the context of a test has `passed`, that of a suite does not.
    if (check !== undefined && "passed" in test) checks[check] ??= test.passed;
  });
  after(() => {
    const record: HostRecord = {
      host: options.host,
      ranOn: new Date().toISOString().slice(0, 10),
      versions: options.versions(),
      checks,
    };
    writeFileSync(join(folder, `${options.host.replaceAll(/\W/g, "-")}.json`), JSON.stringify(record));
  });
}

/** Versions of packages in a folder's `node_modules`; `node` is that of this process. */
export function installedVersions(packages: readonly string[], folder: string): Readonly<Record<string, string>> {
  const versionOf = (name: string): string =>
    name === "node"
      ? process.versions.node
      : JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version;
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
}
