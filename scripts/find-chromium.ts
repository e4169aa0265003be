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
