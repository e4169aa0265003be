import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder on the disk where databases of benchmarks lie: `BENCH_DIR`, or that of temporary files. */
export async function scratchFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), "safelight-bench-"));
  // Postgres runs as a user of its own where this is root's.
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
