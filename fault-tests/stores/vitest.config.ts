import { defineConfig } from "vitest/config";

const conditions = ["@safelight/source", "module", "node", "development|production"];

/** The contract of the store on real servers. Not part of the check: run by `pnpm prove:postgres`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: "stores",
    root: import.meta.dirname,
    environment: "node",
    include: ["*.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
