import { nodeResolve } from "@rollup/plugin-node-resolve";
import { type RollupLog, rollup } from "rollup";
import { minify } from "terser";
import { hostPackages, measureChunks, type PageSize } from "./page-size.ts";

/** Bundles a page with Rollup, minified by terser. */
export async function bundleWithRollup(entry: string): Promise<PageSize> {
  const bundle = await rollup({
    input: entry,
    external: hostPackages,
    plugins: [nodeResolve({ browser: true })],
    onLog,
  });
  const chunksOf = async (inlineDynamicImports: boolean) => {
    const { output } = await bundle.generate({ format: "es", inlineDynamicImports, plugins: [minifier] });
    return output.filter((file) => file.type === "chunk");
  };
  try {
    const [split, inlined] = [await chunksOf(false), await chunksOf(true)];
    return { ...measureChunks(split), inlined: measureChunks(inlined).everything };
  } finally {
    await bundle.close();
  }
}

const minifier = {
  name: "terser",
  renderChunk: async (source: string) => {
    const { code } = await minify(source, { module: true });
    if (code === undefined) throw new Error("terser returned no code.");
    return { code, map: null };
  },
};

/** Rollup removes `"use client"`, which is a mark for servers. All other messages end the bundling. */
function onLog(_: string, { code, message }: RollupLog): void {
  if (code !== "MODULE_LEVEL_DIRECTIVE") throw new Error(message);
}
