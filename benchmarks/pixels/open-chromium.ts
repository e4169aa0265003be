import { type Browser, chromium } from "playwright";
import { findChromium } from "../../scripts/find-chromium.ts";
import type { Absent } from "../frame/compare.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts the installed Chromium.
 *
 * @returns the reason when none is installed.
 */
export async function openChromium(): Promise<Browser | Absent> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) return { absent: "no Chromium is installed, and CHROMIUM_PATH names none" };
  return chromium.launch({ executablePath, args: flags });
}
