import type { Spool } from "../../ports/body-spool.js";
import { isOnWorkers } from "../../process/is-on-workers.js";
import type { CopierDeps } from "../copier-deps.js";

/**
 * Selects the spool of this runtime: files if they can be read as a `Blob`, otherwise memory. Loads no module of
 * Node.js on Cloudflare Workers.
 *
 * @param overrides for tests.
 */
export async function selectSpool(overrides: Partial<CopierDeps>): Promise<Spool> {
  if (overrides.spool !== undefined) return overrides.spool;
  const { memorySpool } = await import("./memory-spool.js");
  if (overrides.isOnWorkers ?? isOnWorkers(globalThis)) return memorySpool(crypto);
  const { openAsBlob } = (await import("node:fs")).default;
  if (openAsBlob === undefined) return memorySpool(crypto);
  const { tmpdir } = await import("node:os");
  const { fileSpool } = await import("./file-spool.js");
  const { SpoolFolder } = await import("./spool-folder.js");
  // The time of the file system, also with a fake clock in the copier.
  return fileSpool(new SpoolFolder(tmpdir(), { now: Date.now }), { logger: overrides.logger });
}
