import { expect, it } from "vitest";
import { longFiles } from "./longest-first.ts";
import { repositoryFiles } from "./repository-files.ts";

it("lists test files that exist", () => {
  const files = repositoryFiles();
  expect(longFiles.filter((end) => !files.some((file) => file.endsWith(end)))).toEqual([]);
});
