import { build } from "vite";
import { hostPackages, measureChunks, type PageSize } from "./page-size.ts";

/** Bundles a page with Vite and its default options for an application. */
export async function bundleWithVite(entry: string): Promise<PageSize> {
  const [split, inlined] = [await chunksOf(entry, true), await chunksOf(entry, false)];
  return { ...measureChunks(split), inlined: measureChunks(inlined).everything };
}

async function chunksOf(entry: string, codeSplitting: boolean) {
  const result = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "error",
    build: {
      write: false,
      rolldownOptions: { input: entry, external: hostPackages, output: { codeSplitting } },
    },
  });
  if ("on" in result) throw new Error("Vite started to watch files instead of building once.");
  return [result]
    .flat()
    .flatMap(({ output }) => output)
    .filter((file) => file.type === "chunk");
}
