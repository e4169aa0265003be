import type { SpawnOptions } from "node:child_process";
import { chmod, chown, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Id of the user and group `nobody`, which own no files. */
const unprivilegedId = process.platform === "darwin" ? 4_294_967_294 : 65_534;

const isRoot = process.getuid?.() === 0;

/** Some servers refuse to run as root, and then run as the user that owns no files. */
export const asUser: SpawnOptions = isRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {};

/** The user must reach the folder through those parents that the test runner created. */
export async function giveToUser(folder: string): Promise<void> {
  if (!isRoot) return;
  await chown(folder, unprivilegedId, unprivilegedId);
  for (let parent = dirname(folder); basename(parent).startsWith("safelight-"); parent = dirname(parent)) {
    await chmod(parent, (await stat(parent)).mode | 0o011);
  }
}
