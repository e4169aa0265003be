import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toPublishedExports } from "./release/publish-exports.ts";
import { type Manifest, manifestOf, type PackageFolder, packageFolders, tarballOf } from "./release/tarballs.ts";

const extracted = mkdtempSync(join(tmpdir(), "safelight-packed-"));
afterAll(() => rmSync(extracted, { recursive: true, force: true }));

for (const folder of packageFolders) {
  mkdirSync(join(extracted, folder));
  execFileSync("tar", ["-xzf", tarballOf(folder), "-C", join(extracted, folder)]);
}

/** The paths of every file of a packed package. */
const filesOf = (folder: PackageFolder): readonly string[] =>
  readdirSync(join(extracted, folder, "package"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(extracted, folder, "package"), join(entry.parentPath, entry.name)));

/** The text of a file of a packed package. */
const read = (folder: PackageFolder, path: string): string =>
  readFileSync(join(extracted, folder, "package", path), "utf8");

describe.each(packageFolders)("the packed packages/%s", (folder) => {
  const files = filesOf(folder);
  const packed: Manifest = JSON.parse(read(folder, "package.json"));

  it("contain the build, the manifest, README and LICENSE, and nothing else", () => {
    const allowed = /^(dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map)|package\.json|README\.md|LICENSE)$/;
    expect(files.filter((path) => !allowed.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
  });

  it("contain no tests", () => {
    expect(files.filter((path) => /\.test(-d)?\./.test(path))).toEqual([]);
  });

  it("have the published exports, and each file that they name", () => {
    expect(packed.exports).toEqual(toPublishedExports(manifestOf(folder).exports));
    const named = Object.values(packed.exports)
      .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
      .map((target) => target.replace("./", ""));
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("require real versions of their siblings", () => {
    const siblings = Object.entries(packed.dependencies ?? {}).filter(([name]) => name.startsWith("@safelight/"));
    for (const [, range] of siblings) expect(range).toMatch(/^\^\d+\.\d+\.\d+/);
  });
});

describe("the maps of @safelight/server", () => {
  it("exclude the sources for tests", () => {
    const maps = filesOf("server").filter((path) => path.endsWith(".js.map"));
    const sources = maps.flatMap((path): readonly string[] => JSON.parse(read("server", path)).sources);
    expect(sources.some((source) => source.endsWith("/src/lib/compose/create-safelight.ts"))).toBe(true);
    expect(sources.filter((source) => /\/testing\/.*\.ts$/.test(source))).toEqual([]);
  });
});

describe("the demo of @safelight/server", () => {
  it("finds its drawing thread beside the entry that starts it", () => {
    const files = filesOf("server");
    const drawing = files
      .filter((path) => /^dist\/[^/]+\.js$/.test(path))
      .filter((path) => read("server", path).includes("./lib/provider/demo/darkroom/thread.js"));
    // The demo resolves it beside its own file. Without the thread, the server's own thread would draw.
    expect(drawing).toHaveLength(1);
    expect(files).toContain("dist/lib/provider/demo/darkroom/thread.js");
  });
});

describe("the types of @safelight/server", () => {
  // Code for browsers imports `App`, and its compiler does not have the types of Node.
  it("need no types of Node, except in the entry for Node and the entries with servers for tests", () => {
    const found = new Map<string, string>();
    const visit = (path: string): void => {
      if (found.has(path)) return;
      const source = read("server", `dist/types/${path}`);
      found.set(path, source);
      for (const match of source.matchAll(/(?:from|import\()\s*["'](\.[^"']+)\.js["']/g)) {
        visit(`${posix.join(posix.dirname(path), match[1] ?? "")}.d.ts`);
      }
    };
    for (const entry of Object.keys(manifestOf("server").exports)) {
      if (["./package.json", "./node", "./testing", "./vendors"].includes(entry)) continue;
      visit(entry === "." ? "src/index.d.ts" : `src/${entry.slice(2)}.d.ts`);
    }
    expect([...found.keys()]).toContain("src/lib/compose/create-safelight.d.ts");
    const ofNode = /["']node:|types=["']node["']|\bNodeJS\.|\bBuffer\b(?=[,;)<> |])/;
    expect([...found].filter(([, source]) => ofNode.test(code(source))).map(([path]) => path)).toEqual([]);
  });
});

/** Strips comments. */
function code(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, "");
}

describe("the entries of @safelight/react", () => {
  const firstLineOf = (path: string): string | undefined => read("react", path).split("\n")[0];

  it("puts the hooks behind a client boundary", () => {
    expect(firstLineOf("dist/index.js")).toMatch(/^["']use client["'];?$/);
  });

  it("keeps keys, options and prefetch usable on servers, without client modules", () => {
    expect(firstLineOf("dist/query.js")).not.toMatch(/use client/);
    const imported = new Set<string>();
    const visit = (path: string): void => {
      if (imported.has(path)) return;
      imported.add(path);
      const source = read("react", `dist/${path}`);
      for (const match of source.matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g)) {
        visit(posix.join(posix.dirname(path), match[1] ?? ""));
      }
    };
    visit("query.js");
    expect(imported).toContain("lib/query/query-options.js");
    const clientModules = [...imported].filter((path) => {
      const source = read("react", `dist/${path}`);
      return /use client/.test(source) || /from\s*["']react["']/.test(source);
    });
    expect(clientModules).toEqual([]);
  });
});
