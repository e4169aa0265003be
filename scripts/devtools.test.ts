import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./command.ts";
import { manifestOf } from "./release/tarballs.ts";

/** Bytes of the developer tools in the bundle of an entry, and the bytes of the whole bundle. */
async function bytesOf(entry: string): Promise<{ readonly devtools: number; readonly all: number }> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, "packages/client/src", `${entry}.ts`)],
    bundle: true,
    external: ["msw"],
    format: "esm",
    metafile: true,
    minify: true,
    outdir: "unwritten",
    splitting: true,
    write: false,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const sum = (found: typeof inputs) => found.reduce((bytes, [, { bytesInOutput }]) => bytes + bytesInOutput, 0);
  return { devtools: sum(inputs.filter(([path]) => path.includes("/lib/devtools/"))), all: sum(inputs) };
}

describe("the developer tools of @safelight/client", () => {
  const entries = Object.keys(manifestOf("client").exports)
    .filter((key) => key !== "./package.json")
    .map((key) => (key === "." ? "index" : key.replace("./", "")));

  it.each(entries.filter((entry) => entry !== "devtools"))("add no byte to the entry %s", async (entry) => {
    const { devtools, all } = await bytesOf(entry);
    expect(all).toBeGreaterThan(0);
    expect(devtools).toBe(0);
  });

  it("are in their own entry", async () => {
    expect((await bytesOf("devtools")).devtools).toBeGreaterThan(5_000);
  });
});
