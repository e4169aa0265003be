import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { MountShell } from "./mount-shell.js";

/** A volume that a test can detach while its files are in use, and attach again with its content. */
export interface RemovableVolume {
  /** Mount point of the volume. While the volume is detached, an empty folder of the underlying file system. */
  readonly folder: string;
  /** A folder with the content of the volume, even while it is detached. */
  readonly content: string;
  detach(): Promise<void>;
  attach(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Mounts a folder at another folder. The mount does not survive a killed test.
 *
 * @returns `null` if mounts are not permitted, or outside Linux.
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
