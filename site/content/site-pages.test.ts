import { describe, expect, it } from "vitest";
import { failures, problems } from "../../packages/client/src/contract.ts";
import { checks } from "../../packages/server/src/lib/cli/doctor/finding.ts";
import { docsPage } from "../../packages/server/src/lib/ports/docs-page.ts";
import { setupErrorCodes } from "../../packages/server/src/lib/ports/setup-error.ts";
import { readRepositoryFile, repositoryFiles } from "../../scripts/repository-files.ts";
import { codeSectionsOf } from "./code-pages.ts";
import { anchorsOf } from "./heading-anchor.ts";
import { addressOf, generatedFolder, siteSections } from "./site-pages.ts";

const files = siteSections.flatMap(({ pages }) => pages.map(({ file }) => file));

describe("the sidebar of the site", () => {
  it("has each page of the docs once, and no other", () => {
    const pages = repositoryFiles().filter((file) => /^docs\/.*\.md$/.test(file));
    expect(files.toSorted()).toEqual(pages);
  });

  it("gives each page its own address", () => {
    const addresses = files.map(addressOf);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).toContain("/providers/fal");
  });
});

/** Whether an address leads to a page that is written by hand, and to one of its headings. */
function isOnSite(target: string): boolean {
  const [address, anchor] = target.split("#", 2);
  const file = files.find((path) => addressOf(path) === address);
  return file !== undefined && (anchor === undefined || anchorsOf(readRepositoryFile(file)).has(anchor));
}

describe("the home page and the menu of the site", () => {
  // VitePress checks the links of texts only.
  it.each(["site/pages/index.md", "site/.vitepress/config.ts"])("link to pages: %s", (file) => {
    const targets = [...readRepositoryFile(file).matchAll(/\blink: "?(\/[^\s"]*)/g)].map(([, target = ""]) => target);
    expect(targets.length).toBeGreaterThan(3);
    expect(targets.filter((target) => !isOnSite(target))).toEqual([]);
  });
});

describe("the pages of codes", () => {
  const options = {
    from: "docs/errors.md",
    pages: new Set(files),
    exists: () => true,
    repository: "https://repository.example",
  };
  const sections = codeSectionsOf(readRepositoryFile("docs/errors.md"), options);
  const codesOf = (section: string) =>
    sections.find(({ text }) => text === section)?.pages.map(({ title }) => title) ?? [];

  it("are one for each problem and one for each failure of the contract", () => {
    expect(codesOf("Problems").toSorted()).toEqual(Object.keys(problems).sort());
    expect(codesOf("Failures").toSorted()).toEqual(Object.keys(failures).sort());
  });

  it("have the facts of the contract and of the server", () => {
    const pages = new Map(sections.flatMap((section) => section.pages).map(({ path, markdown }) => [path, markdown]));
    expect(pages.get("errors/insufficient_credits.md")).toContain("HTTP: **402**");
    expect(pages.get("errors/insufficient_credits.md")).toContain("`POST /:id/retry`");
    expect(pages.get("errors/network.md")).toContain("the client creates this code");
    expect(pages.get("failures/content_rejected.md")).toContain("leads to it: `content_blocked`");
  });

  it.each([
    {
      kind: "setup",
      from: "docs/errors.md",
      section: "At the start",
      codes: setupErrorCodes,
      headings: ["message, such as", "when", "what to do"],
    },
    {
      kind: "doctor",
      from: "docs/cli.md",
      section: "Check a project",
      codes: Object.keys(checks),
      headings: ["problem", "why it matters", "fix"],
    },
  ] as const)(
    "are at the addresses that $kind prints, with cause and fix",
    ({ kind, from, section, codes, headings }) => {
      const found = codeSectionsOf(readRepositoryFile(from), { ...options, from }).find(({ text }) => text === section);
      const pages = new Map(found?.pages.map(({ path, markdown }) => [path, markdown]));
      const addresses = codes.map((code) => new URL(docsPage(kind, code)).pathname);
      expect([...pages.keys()].map((path) => addressOf(`${generatedFolder}/${path}`))).toEqual(addresses);
      for (const [path, markdown] of pages) {
        const texts = markdown.match(/^## .+\n\n.+$/gm) ?? [];
        expect(
          texts.map((text) => text.split("\n")[0]?.slice(3).toLowerCase()),
          path,
        ).toEqual(headings);
      }
    },
  );

  it("link only to addresses, since they are in other folders than the table", () => {
    const links = sections
      .flatMap((section) => section.pages)
      .flatMap(({ markdown }) => [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((target) => !target.startsWith("https:") && !isOnSite(target))).toEqual([]);
  });

  it("are also made for a table that a later release adds", () => {
    const table =
      "# Command\n\n## Checks\n\n| check | fix |\n|---|---|\n| `clock-ahead` | see [hosting](hosting.md#secrets) |\n";
    expect(codeSectionsOf(table, { ...options, from: "docs/cli.md" })).toMatchObject([
      { text: "Checks", pages: [{ path: "checks/clock-ahead.md", title: "clock-ahead" }] },
    ]);
  });
});
