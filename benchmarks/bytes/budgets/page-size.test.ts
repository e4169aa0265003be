import { describe, expect, it } from "vitest";
import { type Chunk, gzipSize, measureChunks } from "./page-size.ts";

const chunk = (fileName: string, imports: readonly string[], isEntry = false): Chunk => ({
  fileName,
  code: `export const name = "${fileName}";`,
  isEntry,
  imports,
});

describe("measureChunks", () => {
  it("counts the entry and its static imports, also those of others, as first load", () => {
    const entry = chunk("page.js", ["a.js", "react"], true);
    const [a, b, lazy] = [chunk("a.js", ["b.js"]), chunk("b.js", ["a.js"]), chunk("lazy.js", ["a.js"])];
    const sum = (chunks: readonly Chunk[]) => chunks.reduce((total, { code }) => total + gzipSize(code), 0);
    expect(measureChunks([lazy, a, b, entry])).toEqual({
      firstLoad: sum([entry, a, b]),
      everything: sum([entry, a, b, lazy]),
    });
  });
});
