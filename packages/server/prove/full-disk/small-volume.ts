import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A file system of its own that can be filled, or locked against writing. */
export interface SmallVolume {
  readonly folder: string;
  /** Leaves this many bytes. */
  fill(leavesBytes: number): Promise<void>;
  /** Makes room again, and lets everybody write. */
  free(): Promise<void>;
  makeReadOnly(): Promise<void>;
  close(): Promise<void>;
}

const sizeBytes = 1_048_576;

/** Mounts one in memory; `null` where that is not permitted. */
export async function openSmallVolume(folder: string): Promise<SmallVolume | null> {
  await mkdir(folder, { recursive: true });
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", folder]);
  } catch {
    return null;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: async (leavesBytes) => {
      await rm(ballast, { force: true });
      const { stdout } = await run("df", ["--output=avail", "-B1", folder]);
      await writeFile(ballast, Buffer.alloc(Number(stdout.split("\n")[1]) - leavesBytes));
    },
    free: async () => {
      await run("mount", ["-o", "remount,rw", folder]);
      await rm(ballast, { force: true });
    },
    makeReadOnly: async () => {
      await run("mount", ["-o", "remount,ro", folder]);
    },
    close: async () => {
      await run("umount", ["-l", folder]);
    },
  };
}
