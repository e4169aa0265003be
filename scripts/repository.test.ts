import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { pnpmVersion } from "./command.ts";
import { manifestOf, packageFolders } from "./release/tarballs.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const files = repositoryFiles();
const sources = files.filter((path) => /\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(path));

/** Files in `src` outside of `lib`: the entries that hosts import. */
function entryFilesOf(folder: string): readonly string[] {
  const inSource = new RegExp(`^packages/${folder}/src/(?!lib/).+\\.tsx?$`);
  return files.filter((path) => inSource.test(path) && !/\.test(-d)?\.tsx?$/.test(path));
}

describe.each(packageFolders)("packages/%s", (folder) => {
  const manifest = manifestOf(folder);

  it("has one entry file per key of exports, and the reverse", () => {
    const exported = Object.values(manifest.exports)
      .filter((target) => typeof target !== "string")
      .map((target) => `packages/${folder}/${(target["@safelight/source"] ?? "").replace("./", "")}`);
    expect(entryFilesOf(folder)).toEqual(exported.sort());
  });

  it("names source, types and build of an entry after its key", () => {
    for (const [key, target] of Object.entries(manifest.exports)) {
      if (typeof target === "string") continue;
      const entry = key === "." ? "index" : key.replace("./", "");
      expect(Object.keys(target)).toEqual(["@safelight/source", "types", "default"]);
      expect(target["@safelight/source"]).toMatch(new RegExp(`^\\./src/${entry}\\.tsx?$`));
      expect(target.types).toBe(folder === "server" ? `./dist/types/src/${entry}.d.ts` : `./dist/${entry}.d.ts`);
      expect(target.default).toBe(`./dist/${entry}.js`);
    }
  });

  it("has entry files that only re-export", () => {
    for (const path of entryFilesOf(folder)) {
      const rest = readRepositoryFile(path)
        .replaceAll(/\/\*[\s\S]*?\*\//g, "")
        .replaceAll(/^\s*\/\/.*$/gm, "")
        .replace(/^\s*"use client";/, "")
        .replaceAll(/export\s+(type\s+)?\{[^}]*\}\s+from\s+"[^"]+";/g, "")
        .replaceAll(/export\s+(type\s+)?\*\s+from\s+"[^"]+";/g, "");
      expect({ path, rest: rest.trim() }).toEqual({ path, rest: "" });
    }
  });

  it("requires a version of Node only if it runs in Node alone", () => {
    expect(manifest.engines).toEqual(["server", "demo-provider"].includes(folder) ? { node: ">=22.12" } : undefined);
  });

  it("marks dependencies that only some hosts install as optional peers", () => {
    const optional = Object.keys(manifest.peerDependenciesMeta ?? {});
    expect(optional.filter((name) => manifest.peerDependencies?.[name] === undefined)).toEqual([]);
  });
});

describe("every source file", () => {
  it("is at most 300 lines long", () => {
    const long = sources.map((path) => ({ path, lines: readRepositoryFile(path).trimEnd().split("\n").length }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it("shares its folder with at most 24 others, tests and entries aside", () => {
    const counts = new Map<string, number>();
    const isCounted = (path: string) => !/\.test(-d)?\.tsx?$/.test(path) && !/^packages\/[^/]+\/src\/[^/]+$/.test(path);
    for (const path of sources.filter(isCounted)) {
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    }
    // A package has one entry file for each export, however many there are.
    const isEntryFolder = (path: string): boolean => /^packages\/[^/]+\/src$/.test(path);
    expect([...counts].filter(([path, count]) => count > 25 && !isEntryFolder(path))).toEqual([]);
  });

  it("is named after the one thing inside", () => {
    const vague = /(^|[/.-])(utils?|helpers?|types?|common|shared|misc)([/.]|$)/;
    expect(sources.filter((path) => vague.test(path))).toEqual([]);
  });

  it("has a name in kebab-case", () => {
    // SvelteKit requires a plus before the names of routes. The other two frameworks have parameters and layouts in them.
    const plain = /^[.+]?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
    const isRoute = (path: string) => /^examples\/(react-router|tanstack-start)\/\w+\/routes\//.test(path);
    const names = sources.filter((path) => !isRoute(path)).map((path) => basename(path));
    expect(names.filter((name) => !plain.test(name))).toEqual([]);
  });

  it("leaves no marker for later work", () => {
    const marker = new RegExp(["TO", "DO|FIX", "ME|X", "XX"].join(""));
    expect(sources.filter((path) => marker.test(readRepositoryFile(path)))).toEqual([]);
  });
});

describe("every package source", () => {
  const shipped = sources.filter((path) => /^packages\/[^/]+\/src\//.test(path) && !/\.test(-d)?\.tsx?$/.test(path));

  it("logs to a logger; only the console logger may use the console", () => {
    const writes = /\bconsole\.(log|debug|info|warn|error)\(/;
    const silent = shipped.filter((path) => !path.endsWith("/console-logger.ts"));
    expect(silent.filter((path) => writes.test(withoutComments(path)))).toEqual([]);
  });

  it("has named exports only", () => {
    expect(shipped.filter((path) => /^export default\b/m.test(readRepositoryFile(path)))).toEqual([]);
  });

  it("does not use any", () => {
    const loose = /(:|<|,|\bas)\s*any\b|@ts-(ignore|nocheck)/;
    expect(shipped.filter((path) => loose.test(withoutComments(path)))).toEqual([]);
  });
});

describe("the version of pnpm", () => {
  it("is the same in every file", () => {
    const { packageManager }: { packageManager: string } = JSON.parse(readRepositoryFile("package.json"));
    const pages = files.filter((path) => path.endsWith(".md"));
    const named = [...pages, ".ci/run", ".github/workflows/release.yml", "deploy/Dockerfile"].flatMap(
      (path) => readRepositoryFile(path).match(/pnpm@[\d.]+\d/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named), `pnpm@${pnpmVersion}`].filter((version) => version !== packageManager)).toEqual([]);
  });
});

describe("the lock files", () => {
  it("contain no addresses and no paths, so that packages come from the configured registry", () => {
    const locks = files.filter((path) => path.endsWith("pnpm-lock.yaml"));
    expect(locks).toContain("pnpm-lock.yaml");
    // A text of `deprecated` may name a page.
    const addressed = /^ *(?:resolution|specifier|version): .*(?:https?|file):/m;
    expect(locks.filter((path) => addressed.test(readRepositoryFile(path)))).toEqual([]);
  });
});

function withoutComments(path: string): string {
  return readRepositoryFile(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\/\/.*$/gm, "");
}
