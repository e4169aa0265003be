import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Runs the contracts inside workerd, with a database and a bucket on this machine. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      miniflare: { compatibilityDate: "2026-11-01", d1Databases: { DB: "safelight" }, r2Buckets: { BUCKET: "media" } },
    }),
  ],
  test: { include: ["*.contract.ts"], testTimeout: 60_000 },
});
