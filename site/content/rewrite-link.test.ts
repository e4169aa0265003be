import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/command.ts";
import { readRepositoryFile } from "../../scripts/repository-files.ts";
import { agentFiles } from "./agent-files.ts";
import { rewriteLink, rewriteLinks } from "./rewrite-link.ts";
import { siteSections } from "./site-pages.ts";

const pages = new Set(siteSections.flatMap((section) => section.pages.map(({ file }) => file)));
const exists = (path: string): boolean => existsSync(join(root, path));
const links = { pages, exists, repository: "https://repository.example" };

describe("a link of the docs on the site", () => {
  it.each([
    ["hosting.md", "docs/errors.md", "/hosting"],
    ["../hosting.md#secrets", "docs/providers/fal.md", "/hosting#secrets"],
    ["#problems", "docs/errors.md", "#problems"],
    ["https://example.com/a.md", "docs/errors.md", "https://example.com/a.md"],
    ["../README.md#1-install", "docs/vite.md", "https://repository.example/blob/main/README.md#1-install"],
    ["../decisions", "docs/crashes.md", "https://repository.example/blob/main/decisions"],
  ])("leads from %s on %s to %s", (target, from, address) => {
    expect(rewriteLink(target, { ...links, from })).toBe(address);
  });

  it.each(["nowhere.md", "../nowhere.md#here", "providers/nowhere.md"])(
    "is an error if it leads to no file: %s",
    (target) => {
      expect(() => rewriteLink(target, { ...links, from: "docs/errors.md" })).toThrow(`docs/errors.md: ${target}`);
    },
  );

  it("leads agents to Markdown, and stays as it is in code", () => {
    const text = "See [hosting](hosting.md#secrets).\n\n```md\n[hosting](hosting.md)\n```\n";
    expect(rewriteLinks(text, { ...links, from: "docs/errors.md" })).toBe(
      "See [hosting](/hosting.md#secrets).\n\n```md\n[hosting](hosting.md)\n```\n",
    );
  });
});

describe("the files for agents", () => {
  const files = agentFiles({ sections: siteSections, read: readRepositoryFile, links, introduction: "# Safelight\n" });

  it("have the Markdown of each page, and link only to such files", () => {
    const targets = [...files].flatMap(([path, text]) =>
      [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/\]\(\/([^)#\s]*)(?:#[^)]*)?\)/g)].map(
        ([, target = ""]) => ({
          path,
          target,
        }),
      ),
    );
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter(({ target }) => !files.has(target))).toEqual([]);
  });

  it("list every page in llms.txt, and have the docs in one text", () => {
    expect(files.get("llms.txt")?.match(/^- \[/gm)).toHaveLength(pages.size);
    const full = files.get("llms-full.txt") ?? "";
    expect(full).toContain("# Life of a generation");
    // An agent that reads this file alone gets the rules, and finds each page.
    expect(full.startsWith("# Safelight\n")).toBe(true);
    for (const [, address = ""] of full.matchAll(/^<!-- (\/\S+) -->$/gm)) {
      expect(full.slice(0, full.indexOf("<!--"))).toContain(` ${address}`);
    }
  });
});
