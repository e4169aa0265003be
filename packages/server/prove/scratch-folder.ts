import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Memory that looks like a disk. A killed process leaves it as a disk would be left; only a power cut would not. */
const memory = "/dev/shm";

/** Creates a folder for the files of a proof, in memory where the machine offers it. */
export function scratchFolder(): Promise<string> {
  const isInMemory = tmpdir().startsWith(`${memory}/`);
  return mkdtemp(join(existsSync(memory) && !isInMemory ? memory : tmpdir(), "safelight-prove-"));
}
