import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../server/demo-secret.ts";
import { SettingsError } from "../server/environment.ts";

/**
 * Reserves a folder for this process, until the returned function releases it or the process ends.
 *
 * @throws {SettingsError} when another running process has it.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "cluster.pid");
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
    const owner = Number(await readFile(file, "utf8"));
    if (owner !== process.pid && isRunning(owner))
      throw new SettingsError(`Process ${owner} runs a cluster in ${folder}: end it, or set another DEMO_DATA`);
    await writeFile(file, String(process.pid));
  }
  return () => rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
