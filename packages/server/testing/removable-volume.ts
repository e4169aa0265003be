import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { MountShell } from "./mount-shell.js";

/** A volume that can go away while its files are in use, and come back with its content. */
export interface RemovableVolume {
  /** Where the volume is mounted. While it is detached, this is an empty folder of the file system below. */
  readonly folder: string;
  /** The content of the volume, whether it is mounted or not. */
  readonly content: string;
  detach(): Promise<void>;
  attach(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Mounts a folder at another one.
 *
 * @returns `null` where mounts are not permitted.
 */
export async function openRemovableVolume(): Promise<RemovableVolume | null> {
  if (platform !== "linux") return null;
  const parent = await mkdtemp(join(tmpdir(), "safelight-volume-"));
  const [folder, content] = [join(parent, "mounted"), join(parent, "content")];
  await mkdir(folder);
  await mkdir(content);
  const shell = new MountShell(folder);
  const attach = () => shell.run('mount --bind "$1/../content" "$1"');
  const close = async () => {
    await shell.end();
    await rm(parent, { recursive: true });
  };
  try {
    await attach();
  } catch {
    await close();
    return null;
  }
  return { folder, content, attach, detach: () => shell.run('umount -l "$1"'), close };
}
