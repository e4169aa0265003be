import { defineConfig } from "tsup";

export default defineConfig({
  // In addition the thread that renders the images. The provider loads it by its path below `dist`, so the path must stay
  // that of its source.
  entry: ["./src/index.ts", "./src/lib/render-worker/thread.ts"],
  format: ["esm"],
  target: "node22",
  dts: false,
  sourcemap: true,
  clean: true,
  silent: true,
});
