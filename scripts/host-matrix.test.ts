import { describe, expect, it } from "vitest";
import { readResults, resultsTable, shownTable } from "./host-matrix.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

describe("the table of hosts in docs/hosting.md", () => {
  it("shows the results of `pnpm hosts --matrix`", async () => {
    expect(await shownTable()).toBe(resultsTable(readResults()));
  });

  it("has every host of the matrix, and no other", () => {
    const hosts = repositoryFiles()
      .filter((file) => /^examples\/hosts\/[\w-]+\/.*\.test\.ts$/.test(file))
      .flatMap((file) =>
        [...readRepositoryFile(file).matchAll(/(?:smokeHost\(|title: )"([^"]+)"/g)].map(([, host]) => host),
      );
    expect(
      readResults()
        .map(({ host }) => host)
        .sort(),
    ).toEqual(hosts.sort());
  });

  it("has a result for every check, and no failure", () => {
    const columns = readResults().flatMap(({ checks }) => Object.keys(checks));
    for (const { checks, host } of readResults()) {
      expect({ host, checks: Object.keys(checks).sort() }).toEqual({ host, checks: [...new Set(columns)].sort() });
      expect({ host, failed: Object.entries(checks).filter(([, result]) => result === false) }).toEqual({
        host,
        failed: [],
      });
    }
  });
});

it("names an exact version of each package that a host installs, so that a later run installs the same", () => {
  const manifests = repositoryFiles().filter((file) => /^examples\/hosts\/.*\/package\.json$/.test(file));
  expect(manifests.length).toBeGreaterThan(20);
  for (const file of manifests) {
    const { dependencies, devDependencies, templates, versions } = JSON.parse(readRepositoryFile(file));
    const named = Object.entries({ ...dependencies, ...devDependencies, ...templates, ...versions });
    const inexact = named.filter(
      ([, version]) => !/^(file:.+|(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?)$/.test(String(version)),
    );
    expect({ file, inexact }).toEqual({ file, inexact: [] });
  }
});
