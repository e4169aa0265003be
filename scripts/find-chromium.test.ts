import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findHeadlessChromium } from "./find-chromium.ts";

it("prefers the headless shell beside the browser, and falls back to the browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "safelight-chromium-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [chromium, shell] = [join(folder, "chromium"), join(folder, "chromium-headless-shell")];
  writeFileSync(chromium, "");
  expect(findHeadlessChromium({ CHROMIUM_PATH: chromium })).toBe(chromium);
  expect(findHeadlessChromium({ PATH: folder })).toBe(chromium);
  writeFileSync(shell, "");
  expect(findHeadlessChromium({ CHROMIUM_PATH: chromium })).toBe(shell);
  expect(findHeadlessChromium({ PATH: folder })).toBe(shell);
});
