import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Finds the installed browser for the tests: `CHROMIUM_PATH`, a command on the path, or the usual path of an
 * application.
 *
 * @returns `null` without a browser; the browser tests are then skipped.
 */
export function findChromium(environment: NodeJS.ProcessEnv): string | null {
  const chosen = environment.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== "") return chosen;
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [
    ...folders.flatMap((folder) => commands.map((command) => join(folder, command))),
    ...applications,
  ];
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/**
 * Chromium without the parts around the page, at half the CPU time: Debian's `chromium-headless-shell`, if it is installed
 * beside the browser. It cannot go back to a page without loading it again.
 *
 * @returns the browser itself without such a shell; `null` without a browser.
 */
export function findHeadlessChromium(environment: NodeJS.ProcessEnv): string | null {
  const chromium = findChromium(environment);
  if (chromium === null) return null;
  const shell = join(dirname(chromium), "chromium-headless-shell");
  return existsSync(shell) ? shell : chromium;
}
