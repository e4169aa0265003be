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
