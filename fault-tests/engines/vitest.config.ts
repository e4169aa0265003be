import { defineConfig } from "vitest/config";

const conditions = ["@safelight/source", "module", "node", "development|production"];

/** The dispatchers with their real engines. Not part of the check: run by `pnpm prove:dispatchers`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: "engines",
    root: import.meta.dirname,
    environment: "node",
    include: ["*.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
