import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Linux's file system in memory. */
const memory = "/dev/shm";
/** The tests of the packages use up to about 300 MB at once. Containers may offer as little as 64 MB. */
const minFreeBytes = 1_073_741_824;

/**
 * The folder for files of tests: in memory if the machine offers enough; otherwise the temporary folder. Tests need no
 * durability, and most of their time is fsync.
 */
export function memoryFolder(): string {
  if (!existsSync(memory) || tmpdir().startsWith(`${memory}/`)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < minFreeBytes ? tmpdir() : memory;
}
