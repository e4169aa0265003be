import { describe, expect, it } from "vitest";
import { commands } from "../packages/server/src/lib/cli/commands.ts";
import { checks } from "../packages/server/src/lib/cli/doctor/finding.ts";
import { frameworks, starters } from "../packages/server/src/lib/cli/init/frameworks/frameworks.ts";
import type { ProjectFacts } from "../packages/server/src/lib/cli/init/project-facts.ts";
import { setupErrorCodes } from "../packages/server/src/lib/ports/setup-error.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const facts: ProjectFacts = {
  folder: "",
  dependencies: {},
  isTypeScript: true,
  manifest: { "scripts.dev": "vite" },
  trackedVariables: [],
  importExtension: ".ts",
  has: () => false,
  read: () => null,
};

describe("docs/cli.md", () => {
  const text = readRepositoryFile("docs/cli.md");
  const [first = ""] = text.split(/^## /m);

  it("lists every command, and no other", () => {
    const listed = [...first.matchAll(/^\| `([a-z]+)[^`]*` \|/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...commands.keys()].toSorted());
  });

  it("lists every check of doctor with its level, and no other", () => {
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (error|warning) \|/gm)].map(([, id, level]) => [id, level]);
    expect(listed).toEqual(Object.entries(checks));
  });

  it("lists no check of doctor that no test breaks", () => {
    const tests = repositoryFiles().filter((path) => path.includes("/cli/doctor/") && path.endsWith(".test.ts"));
    const text = tests.map(readRepositoryFile).join("\n");
    expect(Object.keys(checks).filter((id) => !text.includes(`"${id}"`))).toEqual([]);
  });
});

describe("docs/errors.md", () => {
  it("lists every code of an error at the start with its remedy, and no other", () => {
    const [, text = ""] = readRepositoryFile("docs/errors.md").split(/^## At the start$/m);
    const rows = [...text.matchAll(/^\| `(\w+)` \| `.+` \| (.+) \| (.+) \|$/gm)];
    expect(rows.map(([, code]) => code)).toEqual(setupErrorCodes);
  });
});

describe("docs/frameworks.md", () => {
  const text = readRepositoryFile("docs/frameworks.md");

  it.each(["tanstack-start", "react-router", "sveltekit", "astro", "nuxt"] as const)(
    "shows the files that `safelight init` writes for %s",
    (name) => {
      const framework = frameworks[name];
      const { files, pastes } = framework.plan(facts, { hasAdmin: false });
      const section = text.split(/^## /m).find((part) => part.startsWith(`${framework.title}\n`)) ?? "";
      expect(section).toContain(`The module is \`${framework.module(facts).path}\`.`);
      for (const file of files) expect(section).toContain(`**\`${file.path}\`**\n\n\`\`\`ts\n${file.text}\`\`\`\n`);
      for (const paste of pastes) expect(section).toContain(`\`\`\`ts\n${paste.text}\`\`\`\n`);
    },
  );
});

describe.each(["docs/nextjs-accounts.md", "docs/express-accounts.md"])("%s", (page) => {
  const folder = `packages/server/starters/${page.includes("nextjs") ? "next" : "express"}`;
  const text = readRepositoryFile(page);

  it("shows files of the starter as they are", () => {
    const shown = codeBlocksOf(text);
    expect(shown.length).toBeGreaterThan(0);
    for (const { file, source } of shown) expect(source).toBe(readRepositoryFile(`${folder}/${file}`));
  });

  it("names each file that `safelight init --starter` writes, and no other", () => {
    const starter = starters[page.includes("nextjs") ? "next" : "express"];
    const plan = starter?.plan({ ...facts, has: (path) => path === "package.json" }, { hasAdmin: false });
    const written = plan?.files.map(({ path }) => path.replace(/^app\/posters\/|^src\//, "")) ?? [];
    const [, table = ""] = /^## The files\n([\s\S]+?)^## /m.exec(text) ?? [];
    const missing = written.filter((path) => !table.includes(path.replace(/\.tsx?$/, "")));
    expect(missing).toEqual(
      page.includes("nextjs") ? [] : ["index.html", "style.css", "tsconfig.json", "vite.config.ts"],
    );
  });
});

it("has one text for the signed cookie: that of the starters is that of docs/access.md", () => {
  const [{ source = "" } = {}] = codeBlocksOf(readRepositoryFile("docs/access.md")).filter(
    ({ file }) => file === "cookie-session.ts",
  );
  expect(readRepositoryFile("packages/server/starters/session.ts")).toBe(source);
});
