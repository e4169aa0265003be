import { defineConfig } from "tsup";

export default defineConfig({
  // One file for each source file, as the declarations are: the host's bundler joins them, sees constants as constants, and
  // leaves out what is not used.
  bundle: false,
  entry: ["src/**/*.ts", "!src/**/*.{test,test-d}.ts"],
  format: ["esm"],
  target: "es2022",
  platform: "neutral",
  dts: false,
  sourcemap: true,
  clean: true,
  silent: true,
});
