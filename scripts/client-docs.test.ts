import { describe, expect, it } from "vitest";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile } from "./repository-files.ts";

describe("docs/client.md", () => {
  it("shows the store of examples/sveltekit", () => {
    const shown = codeBlocksOf(readRepositoryFile("docs/client.md")).find(
      ({ file }) => file === "generations-store.ts",
    );
    const source = readRepositoryFile("examples/sveltekit/src/lib/generations.ts");
    expect(shown?.source).toBe(source.replace('"./server/safelight"', '"./safelight"'));
  });
});
