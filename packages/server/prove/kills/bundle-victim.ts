import { mkdtemp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** Bundles the victim, so that it starts in some 50 ms: a run starts thousands of them. Gives the bundle's path. */
export async function bundleVictim(): Promise<string> {
  // Within the package, so that the driver, which is not bundled, is found.
  const outDir = await mkdtemp(fileURLToPath(new URL("../../node_modules/.victim-", import.meta.url)));
  await build({
    entry: { victim: fileURLToPath(new URL("./victim.ts", import.meta.url)) },
    outDir,
    outExtension: () => ({ js: ".mjs" }),
    format: ["esm"],
    target: "node22",
    platform: "node",
    external: ["libsql"],
    noExternal: [/^@safelight\//],
    esbuildOptions: (options) => {
      options.conditions = ["@safelight/source"];
    },
    config: false,
    silent: true,
  });
  return `${outDir}/victim.mjs`;
}
