import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

// The manifest lists the entries: one file per key of `exports`.
const manifest = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const entries = Object.values<Record<string, string> | string>(manifest.exports)
  .filter((target) => typeof target !== "string")
  .map((target) => target["@safelight/source"] ?? "");

export default defineConfig({
  // In addition the command.
  entry: [...entries, "./src/lib/cli/main.ts"],
  // Without source maps: the sources are not packed, and the code is not minified.
  format: ["esm"],
  target: "node22",
  dts: false,
  clean: true,
  silent: true,
  // The bundler writes the path of each source above its code: 33 kB that lead to no packed file.
  plugins: [
    {
      name: "without-source-paths",
      renderChunk: (code) => ({
        code: code.replace(/^\/\/ (?:src|testing|\.\.\/\.\.\/node_modules)\/[\w./@+-]+\n/gm, ""),
      }),
    },
  ],
});
