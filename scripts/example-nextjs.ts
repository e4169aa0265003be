import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { failedFileLine } from "./check/failed-files.ts";
import { findHeadlessChromium } from "./find-chromium.ts";
import { copyHostProject } from "./host-project.ts";
import { assertNoServerCode } from "./server-marks.ts";

// Installs the packed packages into a copy of `examples/nextjs`, builds it, checks the files that browsers load, and
// runs its tests in a real Chromium. The last line is `N passed, N failed, N skipped`, after one for the example if it failed.
const chromium = findHeadlessChromium(process.env);
assert(chromium !== null, "Could not find Chromium: install one, or set CHROMIUM_PATH.");
const secret = (): string => randomBytes(32).toString("hex");
const project = copyHostProject("examples/nextjs", {
  CHROMIUM_PATH: chromium,
  NEXT_TELEMETRY_DISABLED: "1",
  SAFELIGHT_SECRET: secret(),
  VISITOR_SECRET: secret(),
});
try {
  await project.install();
  await project.run("node", "--run", "build");
  assertNoServerCode(join(project.folder, ".next", "static"));
  const { passed, failed, skipped } = await project.run("node", "--run", "test");
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
} catch (error) {
  console.error(error);
  const counts = { passed: 0, failed: 1, skipped: 0 };
  console.log(failedFileLine({ name: "examples/nextjs", counts }));
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
} finally {
  project.dispose();
}
