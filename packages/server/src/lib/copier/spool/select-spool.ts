import type { Spool } from "../../ports/body-spool.js";
import { isOnWorkers } from "../../process/is-on-workers.js";
import type { CopierDeps } from "../copier-deps.js";

/** The logger, and for tests the runtime. */
export type SelectSpoolDeps = Partial<Pick<CopierDeps, "isOnWorkers" | "logger">>;

/**
 * Selects the spool of this runtime: files if they can be read as a `Blob`, otherwise memory. Loads no module of
 * Node.js on Cloudflare Workers.
 */
export async function selectSpool(deps: SelectSpoolDeps): Promise<Spool> {
  const { memorySpool } = await import("./memory-spool.js");
  if (deps.isOnWorkers ?? isOnWorkers(globalThis)) return memorySpool(crypto);
  const { openAsBlob } = (await import("node:fs")).default;
  if (openAsBlob === undefined) return memorySpool(crypto);
  const { tmpdir } = await import("node:os");
  const { fileSpool } = await import("./file-spool.js");
  const { SpoolFolder } = await import("./spool-folder.js");
  // The time of the file system, also with a fake clock in the copier.
  return fileSpool(new SpoolFolder(tmpdir(), { now: Date.now }), { logger: deps.logger });
}
