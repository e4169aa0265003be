import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";
import { findChromium } from "./find-chromium.ts";
import { copyHostProject } from "./host-project.ts";

// Runs each host of `examples/hosts` with the packed packages: installs a copy of it, builds it where it has a build
// script, and runs its tests. `node scripts/hosts.ts express bun` runs these two. Needs `scripts/pack.ts` to have run.
// The last line is the sum: `N passed, N failed, N skipped`.
const folder = "examples/hosts";
const names = process.argv.slice(2);
const all = readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const sum = { passed: 0, failed: 0, skipped: 0 };
const chromium = findChromium(process.env);
for (const name of names.length > 0 ? names : all.sort()) {
  const project = copyHostProject(`${folder}/${name}`, {
    NEXT_TELEMETRY_DISABLED: "1",
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
  });
  try {
    console.log(`\n${name}`);
    await project.run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error");
    await project.run("npm", "run", "build", "--if-present");
    const { passed, failed, skipped } = await project.run("npm", "test");
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  } finally {
    project.dispose();
  }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
