import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory. Files survive a killed process as on a disk, though not a power cut. */
const memory = "/dev/shm";

/** Creates a folder for the files of a proof, in memory if the machine has such a file system. */
export function scratchFolder(): Promise<string> {
  const isInMemory = tmpdir().startsWith(`${memory}/`);
  return mkdtemp(join(existsSync(memory) && !isInMemory ? memory : tmpdir(), "safelight-prove-"));
}
