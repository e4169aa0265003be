import { expect, it } from "vitest";
import { deadLinks } from "./dead-links.ts";

const repository = "https://repository.example";
const files = `${repository}/blob/main`;
const pages = new Map([
  ["docs/errors.md", "# Errors\n\n## Problems\n\n## Problems\n\n```sh\n# a comment\n```\n"],
  ["README.md", "# Safelight\n"],
  ["examples/demo", ""],
]);
const read = (path: string): string | null => pages.get(path) ?? null;
const deadLinksOf = (target: string): readonly string[] =>
  deadLinks(`# Page\n\nSee [this](${target}).`, { from: "docs/page.md", read, readRepository: read, repository });

it.each([
  "errors.md",
  "errors.md#problems-1",
  "#page",
  "../README.md#safelight",
  "../examples/demo",
  `${files}/docs/errors.md#problems`,
  "https://elsewhere.example/nowhere.md#nowhere",
  "mailto:ann@example.com",
])("accepts %s", (target) => {
  expect(deadLinksOf(target)).toEqual([]);
});

it.each([
  "nowhere.md",
  "errors.md#nowhere",
  "errors.md#a-comment",
  "#nowhere",
  "../examples/nowhere",
  "../../README.md",
  `${files}/docs/nowhere.md`,
  `${files}/docs/errors.md#nowhere`,
])("finds %s", (target) => {
  expect(deadLinksOf(target)).toEqual([target]);
});

it("ignores code", () => {
  const text = "# Page\n\n```md\n[this](nowhere.md)\n```\n";
  expect(deadLinks(text, { from: "docs/page.md", read, readRepository: read, repository })).toEqual([]);
});
