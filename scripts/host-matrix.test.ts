import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readResults, resultsTable, shownTable } from "./host-matrix.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const files = repositoryFiles();
const hosts = files
  .filter((file) => /^examples\/hosts\/[\w-]+\/package\.json$/.test(file))
  .map((file) => ({ folder: dirname(file), manifest: JSON.parse(readRepositoryFile(file)) }));

describe("the table of hosts in docs/hosting.md", () => {
  it("shows the results of `pnpm hosts --matrix`", async () => {
    expect(await shownTable()).toBe(resultsTable(readResults()));
  });

  it("has every host of the matrix, and no other", () => {
    const titles = files
      .filter((file) => /^examples\/hosts\/[\w-]+\/.*\.test\.ts$/.test(file))
      .flatMap((file) =>
        [...readRepositoryFile(file).matchAll(/(?:smokeHost\(|title: )"([^"]+)"/g)].map(([, host]) => host),
      );
    expect(
      readResults()
        .map(({ host }) => host)
        .sort(),
    ).toEqual(titles.sort());
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
  const manifests = files.filter((file) => /^examples\/hosts\/.*\/package\.json$/.test(file));
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

it("locks the packages of each host, except the packed ones", () => {
  for (const { folder, manifest } of hosts) {
    const { importers } = parse(readRepositoryFile(`${folder}/pnpm-lock.yaml`));
    const locked = Object.values<Record<string, { specifier: string }>>(importers["."]).flatMap((group) =>
      Object.entries(group).map(([name, { specifier }]) => [name, specifier]),
    );
    const named = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    const expected = named.filter(([name]) => !name.startsWith("@safelight/"));
    expect({ folder, locked: locked.sort() }).toEqual({ folder, locked: expected.sort() });
  }
});

it("locks the packages of each app that `safelight init` sets up", () => {
  const apps = hosts.filter(({ folder }) =>
    files.some((file) => file.startsWith(`${folder}/`) && readRepositoryFile(file).includes("smokeFreshApp(")),
  );
  expect(apps.length).toBeGreaterThan(5);
  for (const { folder } of apps) expect(files).toContain(`${folder}/app.pnpm-lock.yaml`);
});

it("mounts Safelight in at most 30 lines on each host of the table", () => {
  const mounts = files.filter(
    (file) =>
      /^examples\/hosts\/[\w-]+\/.*\.[jt]s$/.test(file) &&
      hosts.some(({ folder, manifest }) => file.startsWith(`${folder}/`) && manifest.scripts.matrix !== undefined) &&
      // Of a load test, with models of its own.
      file !== "examples/hosts/workers/worker.ts" &&
      /\bsafelight\.(app|handler)\b|to(Next|Node)Handlers?\(/.test(readRepositoryFile(file)),
  );
  // The others are written by `safelight init`, as docs/frameworks.md shows them.
  expect(mounts.length).toBeGreaterThan(10);
  const blocks = [...readRepositoryFile("docs/frameworks.md").matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const texts = [...mounts.map(readRepositoryFile), ...blocks.map(([, code = ""]) => code)];
  expect(texts.filter((text) => text.trimEnd().split("\n").length > 30)).toEqual([]);
});
