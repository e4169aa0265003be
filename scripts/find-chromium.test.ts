import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../packages/server/testing/temp-folder.ts";
import { findHeadlessChromium } from "./find-chromium.ts";

it("prefers the headless shell beside the browser, and falls back to the browser", async () => {
  const folder = await tempFolder("chromium");
  const [chromium, shell] = [join(folder, "chromium"), join(folder, "chromium-headless-shell")];
  writeFileSync(chromium, "");
  expect(findHeadlessChromium({ CHROMIUM_PATH: chromium })).toBe(chromium);
  expect(findHeadlessChromium({ PATH: folder })).toBe(chromium);
  writeFileSync(shell, "");
  expect(findHeadlessChromium({ CHROMIUM_PATH: chromium })).toBe(shell);
  expect(findHeadlessChromium({ PATH: folder })).toBe(shell);
});
