import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deadLinks, readLinkedIn } from "../site/content/dead-links.ts";
import { linkTargets } from "../site/content/markdown-links.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { root } from "./command.ts";
import { projectLinks } from "./release/project-links.ts";
import { packageFolders } from "./release/tarballs.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const pages = repositoryFiles().filter((path) => path.endsWith(".md"));
const links = { read: readLinkedIn(root), readRepository: readLinkedIn(root), repository: projectLinks.repository };

describe.each(pages)("%s", (page) => {
  // The hosts of the frameworks compile the files of `safelight init`, which are those of that page.
  it.skipIf(page === "docs/frameworks.md")(
    "has a file name in each block of TypeScript, so that the consumer project compiles it",
    () => {
      const text = readRepositoryFile(page);
      expect(text.match(/^```(ts|tsx|typescript|jsonc)\b/gm) ?? []).toHaveLength(codeBlocksOf(text).length);
    },
  );

  it.skipIf(page === "docs/vite.md")("has a client directive in each client component, which Next requires", () => {
    const isClient = /\buse[A-Z]\w*\(|\bcreateSafelight\w*Hooks\(|\bextends Component\b|\bon[A-Z]\w*=\{/;
    const files = codeBlocksOf(readRepositoryFile(page)).filter(({ source }) => isClient.test(source));
    expect(files.filter(({ source }) => !source.startsWith('"use client";\n')).map(({ file }) => file)).toEqual([]);
  });

  it("shows users the message of a failed generation, and of no other error", () => {
    const files = codeBlocksOf(readRepositoryFile(page)).filter(({ file }) => file.endsWith(".tsx"));
    expect(files.filter(({ source }) => /(?<!generation\.)\berror\.message\b(?!`)/.test(source))).toEqual([]);
  });

  it("imports without an extension in files that a bundler resolves, for Next and Vite", () => {
    const isBundled = /\.tsx\n|^import type \{ App \}/m;
    const files = codeBlocksOf(readRepositoryFile(page)).filter(({ file, source }) =>
      isBundled.test(`${file}\n${source}`),
    );
    expect(files.filter(({ source }) => /from "\.[^"]*\.tsx?"/.test(source)).map(({ file }) => file)).toEqual([]);
  });

  it("names only files of the repository that exist", () => {
    const named = [...readRepositoryFile(page).matchAll(/`((?:packages|scripts|examples|decisions|docs)\/[\w./-]+)`/g)];
    expect(named.map((match) => match[1] ?? "").filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("links only to files and headings that exist", () => {
    expect(deadLinks(readRepositoryFile(page), { ...links, from: page })).toEqual([]);
  });
});

describe.each(packageFolders)("packages/%s/README.md", (folder) => {
  it("links to the docs by their address, because its package does not have them there", () => {
    const targets = linkTargets(readRepositoryFile(`packages/${folder}/README.md`));
    expect(targets).toContainEqual(expect.stringContaining(`${projectLinks.repository}/blob/main/docs/`));
    expect(targets.filter((target) => !target.startsWith("https://"))).toEqual([]);
  });
});

describe("docs/cloudflare-workers.md", () => {
  const page = readRepositoryFile("docs/cloudflare-workers.md");
  const [, change = ""] = /^```diff\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const linesOf = (sign: string) =>
    change.split("\n").flatMap((line) => (line.startsWith(sign) ? [line.slice(1)] : []));
  const without = (lines: readonly string[], text: string) => text.split("\n").filter((line) => !lines.includes(line));

  it.each(["worker.ts", "wrangler.jsonc", "bindings.d.ts"])("shows %s of examples/workers after its change", (file) => {
    const block = codeBlocksOf(page).find((each) => each.file === file);
    expect(linesOf("+").length).toBeGreaterThan(3);
    expect(without(linesOf("-"), block?.source ?? "")).toEqual(
      without(linesOf("+"), readRepositoryFile(`examples/workers/${file}`)),
    );
  });
});
