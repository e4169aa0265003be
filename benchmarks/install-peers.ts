import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("peers", import.meta.url));

/**
 * Installs what Safelight is compared with, as its lock file says: a second where that is done already. Peers that are
 * missing then have a row that says so.
 */
export function installPeers(): void {
  console.error("installing the peers …");
  const command = ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile"];
  const { status } = spawnSync("npx", command, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0)
    console.error("The peers could not be installed: those that are there may be others than the lock file says.");
}
