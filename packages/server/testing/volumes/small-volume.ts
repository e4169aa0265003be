import { mkdtemp, rm, rmdir, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { MountShell } from "./mount-shell.js";

/** A small file system that a test can fill or make read-only. */
export interface SmallVolume {
  /** The root of the volume. */
  readonly folder: string;
  /** Fills the volume until this many bytes are free. */
  fill(leavesBytes: number): Promise<void>;
  /** Makes the volume writable and frees its space. */
  free(): Promise<void>;
  /** @throws {Error} while a process has a file of the volume open for writing. */
  makeReadOnly(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Mounts a tmpfs. A shell holds the mount and unmounts it when its input ends, so that the mount does not survive a
 * killed test. A mount namespace of the shell does not work: SQLite resolves `/proc/<pid>/root` to this process's root.
 *
 * @param options.sizeBytes default 1 MiB.
 * @returns `null` if mounts are not permitted, or outside Linux.
 */
export async function openSmallVolume({ sizeBytes = 1_048_576 } = {}): Promise<SmallVolume | null> {
  if (platform !== "linux") return null;
  const folder = await mkdtemp(join(tmpdir(), "safelight-volume-"));
  const shell = new MountShell(folder);
  const close = async (): Promise<void> => {
    await shell.end();
    await rmdir(folder);
  };
  try {
    await shell.run(`mount -t tmpfs -o size=${sizeBytes} tmpfs "$1"`);
  } catch {
    await close();
    return null;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: async (leavesBytes) => {
      await rm(ballast, { force: true });
      const { bavail, bsize } = await statfs(folder);
      await writeFile(ballast, Buffer.alloc(bavail * bsize - leavesBytes));
    },
    free: async () => {
      await shell.run('mount -o remount,rw "$1"');
      await rm(ballast, { force: true });
    },
    makeReadOnly: () => shell.run('mount -o remount,ro "$1"'),
    close,
  };
}
