import { existsSync } from "node:fs";
import { startChild } from "./child.ts";
import type { Absent } from "./compare.ts";
import { freePort } from "./free-port.ts";
import type { PeerServer } from "./peer-server.ts";
import { scratchFolder } from "./scratch-folder.ts";

const script = new URL("../peers/postgres.ts", import.meta.url);

/**
 * Starts Postgres on a new cluster, with `synchronous_commit` and `fsync` on, as they are by default.
 *
 * @param flags for the server, such as `["-c", "commit_delay=100"]`.
 * @returns why not, where the peers are not installed or it has no build for this system.
 */
export async function startPostgres(flags: readonly string[] = []): Promise<PeerServer | Absent> {
  if (!existsSync(new URL("../peers/node_modules", import.meta.url))) return { absent: "the peers are not installed" };
  const folder = await scratchFolder();
  const port = await freePort();
  const child = await startChild(script);
  try {
    const pid = await child.ask<number>("start", { folder: folder.path, port, flags });
    return {
      url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
      pid,
      async stop() {
        await child.ask("stop");
        await child.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await child.stop();
    await folder.remove();
    return { absent: `Postgres does not start: ${error instanceof Error ? error.message.split("\n")[0] : error}` };
  }
}
