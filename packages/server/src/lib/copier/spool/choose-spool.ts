import { isOnWorkers } from "../../process/is-on-workers.js";
import type { CopierGround } from "../copier-ground.js";
import type { Spool } from "./spool.js";

/**
 * Selects the spool of this runtime: files if they can be read as a `Blob`, otherwise memory. Loads no module of
 * Node.js on Cloudflare Workers.
 *
 * @param change for tests.
 */
export async function chooseSpool(change: Partial<CopierGround>): Promise<Spool> {
  if (change.spool !== undefined) return change.spool;
  const { memorySpool } = await import("./memory-spool.js");
  if (change.isOnWorkers ?? isOnWorkers(globalThis)) return memorySpool(crypto);
  const { openAsBlob } = (await import("node:fs")).default;
  if (openAsBlob === undefined) return memorySpool(crypto);
  const { tmpdir } = await import("node:os");
  const { fileSpool } = await import("./file-spool.js");
  const { SpoolFolder } = await import("./spool-folder.js");
  // The time of the file system, also with a fake clock in the copier.
  return fileSpool(new SpoolFolder(tmpdir(), { now: Date.now }), { logger: change.logger });
}
