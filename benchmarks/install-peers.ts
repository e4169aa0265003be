import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("peers", import.meta.url));

/** Installs what Safelight is compared with, as its lock file says. Peers that are missing then have a row that says so. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${folder}/node_modules/.modules.yaml`)) return;
  console.error("installing the peers …");
  const command = ["--yes", "pnpm@12.21.0", "install", "--frozen-lockfile"];
  const { status } = spawnSync("npx", command, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) console.error("The peers could not be installed.");
}
