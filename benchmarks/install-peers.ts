import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("peers", import.meta.url));

/**
 * Installs the peers from their lock file, which takes a second when they are installed already. Peers that are missing
 * afterwards have a row with the reason.
 */
export function installPeers(): void {
  console.error("installing the peers …");
  const command = ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile"];
  const { status } = spawnSync("npx", command, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) console.error("Could not install the peers: installed versions may differ from the lock file.");
}
