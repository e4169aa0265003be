import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Creates a folder on disk for the databases of a benchmark, in `BENCH_DIR` or the temporary folder. */
export async function scratchFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), "safelight-bench-"));
  // Postgres runs as another user when this process is root's.
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
