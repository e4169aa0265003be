import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

// One `exports` key is one entry file: the manifest is the list.
const manifest = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const entries = Object.values<Record<string, string> | string>(manifest.exports)
  .filter((target) => typeof target !== "string")
  .map((target) => target["@safelight/source"] ?? "");

export default defineConfig({
  // Beside them the command, and the thread that draws the demo's pictures: it is loaded by its place, which therefore
  // stays that of its source.
  entry: [...entries, "./src/lib/cli/main.ts", "./src/lib/provider/demo/darkroom/thread.ts"],
  format: ["esm"],
  target: "node22",
  dts: false,
  sourcemap: true,
  esbuildPlugins: [withoutMaps(/[\\/]src[\\/]lib[\\/]testing[\\/]/)],
  clean: true,
  silent: true,
});

/**
 * Leaves sources out of the maps: those of the suites and fakes for tests would be a third of all, and no stack of a server
 * that runs ends there. A source that brings a map of its own is mapped by that, and this one says next to nothing.
 */
function withoutMaps(filter: RegExp): NonNullable<Options["esbuildPlugins"]>[number] {
  const nothing = btoa(JSON.stringify({ version: 3, sources: ["not-mapped"], mappings: "AAAA" }));
  return {
    name: "without-maps",
    setup: (build) =>
      build.onLoad({ filter }, ({ path }) => ({
        contents: `${readFileSync(path, "utf8")}\n//# sourceMappingURL=data:application/json;base64,${nothing}`,
        loader: "ts",
      })),
  };
}
