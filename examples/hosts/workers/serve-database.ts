import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "./start-process.ts";

/** A database in its own process. */
export interface DatabaseServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves an empty database by `safelight serve` on a free port. */
export async function serveDatabase(): Promise<DatabaseServer> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-workers-"));
  const command = join(import.meta.dirname, "node_modules", ".bin", "safelight");
  const server = await startProcess([command, "serve", "file:test.db", "--port", "0"], { cwd: folder });
  return {
    url: server.url,
    close: async () => {
      await server.stop("SIGKILL");
      await rm(folder, { recursive: true });
    },
  };
}
