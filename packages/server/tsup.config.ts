import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

// The manifest lists the entries: one file per key of `exports`.
const manifest = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const entries = Object.values<Record<string, string> | string>(manifest.exports)
  .filter((target) => typeof target !== "string")
  .map((target) => target["@safelight/source"] ?? "");

export default defineConfig({
  // In addition the command, and the thread that renders the demo's images. The demo loads it by its path, so the path
  // must stay that of its source.
  entry: [...entries, "./src/lib/cli/main.ts", "./src/lib/provider/demo/darkroom/thread.ts"],
  format: ["esm"],
  target: "node22",
  dts: false,
  sourcemap: true,
  esbuildPlugins: [withoutMaps(/[\\/]server[\\/]testing[\\/]/)],
  clean: true,
  silent: true,
});

/**
 * Excludes sources from the maps: the test suites and fakes would be a third of all, and no stack trace of a running
 * server ends there. esbuild uses a source's own map, and the map here is nearly empty.
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
