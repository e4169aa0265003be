import { expect, it } from "vitest";
import { siteSections } from "../site/content/site-pages.ts";
import { tableWith } from "./quick-starts.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const express = { page: "docs/express.md", ranOn: "2026-11-30", seconds: 70, versions: { express: "5.3.0" } };
/** A choice of pages, one whose files `safelight init` writes, and one whose host builds the app before its first image. */
const withoutCommands = ["docs/overview.md", "docs/frameworks.md", "docs/nextjs-accounts.md"];

it("has the last run of each quick start of the site", () => {
  const [, table = ""] = readRepositoryFile("docs/versions.md").split(/<!-- \/?quick-starts -->/);
  const rows = [...table.matchAll(/^\| \[.+\]\((.+)\) \| .+ \| \d{4}-\d\d-\d\d \| \d+ \|$/gm)];
  const start = siteSections.find(({ text }) => text === "Start")?.pages.map(({ file }) => file) ?? [];
  expect(rows.map(([, page]) => `docs/${page}`).sort()).toEqual(
    start.filter((page) => !withoutCommands.includes(page)).sort(),
  );
});

it("follows each of these pages in a host that measures it", () => {
  const followed = repositoryFiles().flatMap((file) => {
    const [, host] = /^examples\/hosts\/([\w-]+)\/package\.json$/.exec(file) ?? [];
    if (host === undefined) return [];
    const files = repositoryFiles().filter((path) => path.startsWith(`examples/hosts/${host}/`));
    const measures = files.some((path) => readRepositoryFile(path).includes("stopClock("));
    return measures ? [JSON.parse(readRepositoryFile(file)).documented] : [];
  });
  const start = siteSections.find(({ text }) => text === "Start")?.pages.map(({ file }) => file) ?? [];
  expect(followed.sort()).toEqual(start.filter((page) => !withoutCommands.includes(page)).sort());
});

it("replaces the row of a page that runs again", () => {
  const again = tableWith(tableWith("", express), { ...express, seconds: 60 });
  expect(again.split("\n").slice(2)).toEqual(["| [Express](express.md) | express 5.3.0 | 2026-11-30 | 60 |"]);
});
