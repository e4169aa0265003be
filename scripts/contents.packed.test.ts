import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { withAgentsSection } from "../packages/server/src/lib/cli/init/agents-section.ts";
import { tempFolder } from "../packages/server/testing/temp-folder.ts";
import { deadLinks, readLinkedIn } from "../site/content/dead-links.ts";
import { root } from "./command.ts";
import { blockItem, blockNames, itemFileOf } from "./release/block-items.ts";
import { packedDocs, packedDocsFolder } from "./release/packed-docs.ts";
import { projectLinks } from "./release/project-links.ts";
import { toPublishedExports } from "./release/publish-exports.ts";
import { reachedDeclarations, withoutComments } from "./release/reached-declarations.ts";
import { type Manifest, manifestOf, type PackageFolder, packageFolders, tarballOf } from "./release/tarballs.ts";

const { repository } = projectLinks;
const extracted = await tempFolder("packed", afterAll);

for (const folder of packageFolders) {
  mkdirSync(join(extracted, folder));
  execFileSync("tar", ["-xzf", tarballOf(folder), "-C", join(extracted, folder)]);
}

/** The extracted folder of a packed package. */
const folderOf = (folder: PackageFolder): string => join(extracted, folder, "package");

/** The paths of every file of a packed package. */
const filesOf = (folder: PackageFolder): readonly string[] =>
  readdirSync(folderOf(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folderOf(folder), join(entry.parentPath, entry.name)));

/** The text of a file of a packed package. */
const read = (folder: PackageFolder, path: string): string => readFileSync(join(folderOf(folder), path), "utf8");

describe.each(packageFolders)("the packed packages/%s", (folder) => {
  const files = filesOf(folder);
  const packed: Manifest = JSON.parse(read(folder, "package.json"));

  it("contain the build, the manifest, README, LICENSE, docs, skills, starters and blocks, and nothing else", () => {
    const allowed =
      /^(dist\/.+\.(js|js\.map|d\.ts|d\.ts\.map)|dist\/docs\/.+\.md|package\.json|README\.md|LICENSE|skills\/[\w-]+\/SKILL\.md|starters\/.+|blocks\/dist\/.+\.json)$/;
    expect(files.filter((path) => !allowed.test(path))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
    expect(files.filter((path) => path.startsWith("skills/"))).toHaveLength(folder === "client" ? 5 : 0);
  });

  it("have pages whose links lead to their own files, or to the repository", () => {
    const links = { read: readLinkedIn(folderOf(folder)), readRepository: readLinkedIn(root), repository };
    const pages = files.filter((path) => path.endsWith(".md"));
    expect(pages).toContain("README.md");
    const dead = pages.flatMap((from) =>
      deadLinks(read(folder, from), { ...links, from }).map((link) => ({ from, link })),
    );
    expect(dead).toEqual([]);
  });

  it("contain no tests", () => {
    expect(files.filter((path) => /\.test(-d)?\./.test(path))).toEqual([]);
  });

  it("contain a declaration only if an entry reaches it", () => {
    const declarations = files.filter((path) => path.endsWith(".d.ts"));
    expect(declarations.sort()).toEqual(reachedDeclarations(folderOf(folder), packed.exports));
  });

  it("have the published exports, and each file that they name", () => {
    expect(packed.exports).toEqual(toPublishedExports(manifestOf(folder).exports));
    const named = Object.values(packed.exports)
      .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
      .map((target) => target.replace("./", ""));
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("require real versions of their siblings", () => {
    const required = { ...packed.dependencies, ...packed.peerDependencies };
    const siblings = Object.entries(required).filter(([name]) => name.startsWith("@safelight/"));
    for (const [, range] of siblings) expect(range).toMatch(/^\^\d+\.\d+\.\d+/);
  });
});

describe("the docs in @safelight/client", () => {
  const packed = filesOf("client").filter((path) => path.startsWith(`${packedDocsFolder}/`));

  it("are those of the repository, and in no other package", () => {
    const docs = new Map([...packedDocs()].map(([path, text]) => [`${packedDocsFolder}/${path}`, text]));
    expect(packed.toSorted()).toEqual([...docs.keys()].sort());
    expect(packed.filter((path) => read("client", path) !== docs.get(path))).toEqual([]);
    for (const folder of packageFolders.filter((name) => name !== "client")) {
      expect(filesOf(folder).filter((path) => path.startsWith("dist/docs/"))).toEqual([]);
    }
  });

  it("are where `safelight init --agents` says", () => {
    const [, path] = /`node_modules\/@safelight\/client\/(.+\.md)`/.exec(withAgentsSection(null)) ?? [];
    expect(packed).toContain(path);
  });

  // An agent needs the docs of the version that it has, without a network. That costs each installation once 0.63 MB on the
  // disk and 0.2 MB of download; no entry imports them. All of docs, with images and the pages of proof, is 2.5 MB.
  it("are at most 0.7 MB", () => {
    const bytes = packed.map((path) => Buffer.byteLength(read("client", path)));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(700_000);
  });
});

describe("the size of @safelight/server", () => {
  // 1.8 MB before the store on Postgres and the command that moves a database; 1.9 MB before the operator page;
  // 2.05 MB before `safelight init` and `doctor`, of which a quarter are their bundled libraries; 2.25 MB before groups, the
  // fair queue, marks of AI media and bulk actions of operators; 2.45 MB before the vendors, margins, deliveries and files of the
  // operator page, and `safelight admin`; 2.55 MB before balances of the host, video and places in the queue; 2.85 MB before the
  // public route that recognizes files; 2.88 MB before the cancels, slow generations and waiting owners of the operator page;
  // 2.93 MB before the apps that `safelight init --starter` writes; 2.99 MB before marks in WAV and MP3, and the reasons of missing
  // outputs.
  it("is at most 3.03 MB, unpacked", () => {
    const bytes = filesOf("server").map((path) => Buffer.byteLength(read("server", path)));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(3_030_000);
  });

  // The sources are not packed. The JavaScript is not minified, so that a stack trace names its functions.
  it("includes no source maps", () => {
    expect(filesOf("server").filter((path) => path.endsWith(".map"))).toEqual([]);
    expect(filesOf("server").filter((path) => read("server", path).includes("sourceMappingURL"))).toEqual([]);
  });
});

describe("the packed @safelight/demo-provider", () => {
  it("finds its drawing thread beside the entry that starts it", () => {
    const files = filesOf("demo-provider");
    const drawing = files
      .filter((path) => /^dist\/[^/]+\.js$/.test(path))
      .filter((path) => read("demo-provider", path).includes("./lib/render-worker/thread.js"));
    // The provider resolves it beside its own file. Without the thread, the server's own thread would draw.
    expect(drawing).toHaveLength(1);
    expect(files).toContain("dist/lib/render-worker/thread.js");
  });
});

describe("the command line of @safelight/server", () => {
  it("is the only code with its bundled libraries, and names their authors", () => {
    const withPrompts = filesOf("server").filter((path) => read("server", path).includes("Bombshell contributors"));
    expect(withPrompts).toEqual([expect.stringMatching(/^dist\/choose-\w+\.js$/)]);
    const main = read("server", "dist/lib/cli/main.js");
    expect(main).toContain("Anthony Fu");
    expect(main).not.toMatch(/^import .*"(get-tsconfig|compare-versions|package-manager-detector|@clack\/prompts)"/m);
  });
});

describe("the types of @safelight/server", () => {
  // Code for browsers imports `App`, and its compiler does not have the types of Node.
  it("need no types of Node, except in the entry for Node and the entries with servers for tests", () => {
    const withNode = ["./node", "./testing", "./vendors"];
    const entries = Object.entries(manifestOf("server").exports).filter(([entry]) => !withNode.includes(entry));
    const found = reachedDeclarations(folderOf("server"), Object.fromEntries(entries));
    expect(found).toContain("dist/types/src/lib/compose/create-safelight.d.ts");
    const ofNode = /["']node:|types=["']node["']|\bNodeJS\.|\bBuffer\b(?=[,;)<> |])/;
    expect(found.filter((path) => ofNode.test(withoutComments(read("server", path))))).toEqual([]);
  });
});

describe("the blocks of @safelight/react", () => {
  it("are the items of the sources, in two forms", () => {
    const forms = ["item", "component"] as const;
    const expected = blockNames.flatMap((name) =>
      forms.map((form) => [`blocks/dist/${itemFileOf(name, form)}`, blockItem(name, form)] as const),
    );
    const packed = filesOf("react").filter((path) => path.startsWith("blocks/"));
    expect(packed.sort()).toEqual(expected.map(([path]) => path).sort());
    for (const [path, item] of expected) expect(JSON.parse(read("react", path))).toEqual(item);
  });
});

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
