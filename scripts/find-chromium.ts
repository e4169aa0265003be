import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Finds the browser of this machine for the tests: `CHROMIUM_PATH`, a command on the path, or the usual place of an
 * installed application.
 *
 * @returns `null` where there is none; the browser tests are then skipped.
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
