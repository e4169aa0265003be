import { expect, it } from "vitest";
import { readRepositoryFile, repositoryFiles } from "../repository-files.ts";

/** Setup files run before each test file. */
const setupFiles = ["packages/react/test/after-each-test.ts"];

const hookOfModule = /^(?:await )?(?:before|after)(?:All|Each)\(/m;

// Test files share a worker and its modules, so such a hook would run for the first file only.
it("registers no hook when a test file imports a module of test code", () => {
  const modules = repositoryFiles().filter(
    (path) => /^packages\/[^/]+\/(?:test|testing)\/.*(?<!\.test)\.tsx?$/.test(path) && !setupFiles.includes(path),
  );
  expect(modules).not.toEqual([]);
  expect(modules.filter((path) => hookOfModule.test(readRepositoryFile(path)))).toEqual([]);
});
