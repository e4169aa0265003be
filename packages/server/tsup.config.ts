import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

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
  clean: true,
});
