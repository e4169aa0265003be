import { freePort } from "../../../scripts/free-port.ts";
import type { Absent } from "../compare.ts";
import { isInstalled, notInstalled } from "../is-installed.ts";
import { scratchFolder } from "../scratch-folder.ts";
import { type Child, startChild } from "./child.ts";
import type { PeerServer } from "./peer-server.ts";

const script = new URL("../../peers/postgres.ts", import.meta.url);

/**
 * Starts Postgres on a new cluster, with `synchronous_commit` and `fsync` on, which is the default.
 *
 * @param flags of the server, such as `["-c", "commit_delay=100"]`.
 * @returns the reason when the peers are not installed or have no build for this system.
 */
export async function startPostgres(flags: readonly string[] = []): Promise<PeerServer | Absent> {
  if (!isInstalled(script)) return notInstalled;
  const folder = await scratchFolder();
  const port = await freePort();
  let child: Child | null = null;
  const stop = async (): Promise<void> => {
    await child?.stop();
    await folder.remove();
  };
  try {
    const started = await startChild(script);
    child = started;
    const pid = await started.run<number>("start", { folder: folder.path, port, flags });
    return {
      url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
      pid,
      stop: () => started.run("stop").finally(stop),
    };
  } catch (error) {
    await stop();
    return { absent: `Postgres did not start: ${error instanceof Error ? error.message.split("\n")[0] : error}` };
  }
}
