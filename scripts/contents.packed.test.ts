import { execFileSync } from "node:child_process";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { toPublishedExports } from "./publish-exports.ts";
import { type Manifest, manifestOf, packageFolders, tarballOf } from "./tarballs.ts";

const read = (tarball: string, args: readonly string[]): string =>
  execFileSync("tar", ["-f", tarball, ...args], { encoding: "utf8", maxBuffer: 32 * 1024 * 1024 });

describe.each(packageFolders)("the packed packages/%s", (folder) => {
  const tarball = tarballOf(folder);
  const files = read(tarball, ["-tz"])
    .split("\n")
    .filter((path) => path !== "")
    .map((path) => path.replace("package/", ""));
  const packed: Manifest = JSON.parse(read(tarball, ["-xzO", "package/package.json"]));

  it("holds the build, the manifest, README and LICENSE, and nothing else", () => {
    const allowed = /^(dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map)|package\.json|README\.md|LICENSE)$/;
    expect(files.filter((path) => !allowed.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
  });

  it("holds no tests", () => {
    expect(files.filter((path) => /\.test(-d)?\./.test(path))).toEqual([]);
  });

  it("has the published exports, and each file that they name", () => {
    expect(packed.exports).toEqual(toPublishedExports(manifestOf(folder).exports));
    const named = Object.values(packed.exports)
      .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
      .map((target) => target.replace("./", ""));
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("names real versions of its siblings", () => {
    const siblings = Object.entries(packed.dependencies ?? {}).filter(([name]) => name.startsWith("@safelight/"));
    for (const [, range] of siblings) expect(range).toMatch(/^\^\d+\.\d+\.\d+/);
  });
});

describe("the maps of @safelight/server", () => {
  it("leave out what is for tests alone", () => {
    const maps = read(tarballOf("server"), ["-tz"])
      .split("\n")
      .filter((path) => path.endsWith(".js.map"));
    const sources = maps.flatMap((path): readonly string[] => {
      return JSON.parse(read(tarballOf("server"), ["-xzO", path])).sources;
    });
    expect(sources.some((source) => source.endsWith("/src/lib/compose/create-safelight.ts"))).toBe(true);
    expect(sources.filter((source) => /\/src\/lib\/testing\/.*\.ts$/.test(source))).toEqual([]);
  });
});

describe("the demo of @safelight/server", () => {
  it("finds the thread that draws where its entry looks for it", () => {
    const files = read(tarballOf("server"), ["-tz"]).split("\n");
    const drawing = files
      .filter((path) => /^package\/dist\/[^/]+\.js$/.test(path))
      .filter((path) => {
        return read(tarballOf("server"), ["-xzO", path]).includes("./lib/provider/demo/darkroom/thread.js");
      });
    // Looked for beside the file that starts it: without it the pictures would be drawn in the server's own thread.
    expect(drawing).toHaveLength(1);
    expect(files).toContain("package/dist/lib/provider/demo/darkroom/thread.js");
  });
});

describe("the entries of @safelight/react", () => {
  const firstLineOf = (path: string): string | undefined =>
    read(tarballOf("react"), ["-xzO", `package/${path}`]).split("\n")[0];

  it("holds the hooks behind a client boundary", () => {
    expect(firstLineOf("dist/index.js")).toMatch(/^["']use client["'];?$/);
  });

  it("holds keys, options and prefetch for servers too, and imports no client module", () => {
    expect(firstLineOf("dist/query.js")).not.toMatch(/use client/);
    const imported = new Set<string>();
    const visit = (path: string): void => {
      if (imported.has(path)) return;
      imported.add(path);
      const source = read(tarballOf("react"), ["-xzO", `package/dist/${path}`]);
      for (const match of source.matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g)) {
        visit(posix.join(posix.dirname(path), match[1] ?? ""));
      }
    };
    visit("query.js");
    expect(imported).toContain("lib/query-options.js");
    const clientModules = [...imported].filter((path) => {
      const source = read(tarballOf("react"), ["-xzO", `package/dist/${path}`]);
      return /use client/.test(source) || /from\s*["']react["']/.test(source);
    });
    expect(clientModules).toEqual([]);
  });
});
