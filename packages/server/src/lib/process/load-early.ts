import { isOnWorkers } from "./is-on-workers.js";

/**
 * Starts an import before it is needed, and ignores its outcome: the caller imports again at each use. Node.js 22.12 to
 * 22.18 never retries a failed import. A missing file descriptor would make it fail for good, and a new process has
 * free ones. Does nothing on Cloudflare Workers, where a bundle contains all modules.
 */
export function loadEarly(load: () => Promise<unknown>): void {
  if (!isOnWorkers(globalThis)) load().catch(() => undefined);
}
