import { describe, expect, it } from "vitest";
import { readRepositoryFile, repositoryFiles } from "../repository-files.ts";
import { generatedFiles } from "./generated-files.ts";
import { repositoryName } from "./project-links.ts";
import { publicAddress } from "./public-address.ts";

const generated = generatedFiles();

describe("generated files", () => {
  it.each([...generated])("%s is as `pnpm manifests` writes it", (path, text) => {
    expect(readRepositoryFile(path)).toBe(text);
  });

  it("are the only files with the public address, which another owner would not replace elsewhere", () => {
    const address = [repositoryName, publicAddress.site];
    const named = repositoryFiles().filter((path) => address.some((text) => readRepositoryFile(path).includes(text)));
    expect(named).toEqual([...generated.keys(), "scripts/release/public-address.ts"].sort());
  });
});
