import type { MediaCopier } from "../ports/media-copier.js";
import { systemClock } from "../process/system-clock.js";
import type { CopierDeps } from "./copier-deps.js";
import { lazySpool } from "./spool/lazy-spool.js";

const limits = { headersMs: 30_000, idleMs: 30_000, totalMs: 120_000 };

/**
 * Downloads from allowed hosts and public addresses only, whatever names, redirects and resolvers return. It connects
 * to the address that it checked, so no resolver can swap the address in between.
 *
 * This needs sockets with a custom `lookup`, as in Node.js; it loads them with `load` or the first copy. Cloudflare
 * Workers have no such hook and cannot reach private networks. There it uses `fetch`, with the same rules for URLs,
 * redirects, headers, bytes and time.
 *
 * To bound memory, a body of more than a megabyte goes to a temporary file; on Workers, which have no files, to memory.
 *
 * @param overrides a logger; for tests also DNS, connections, runtime, clock and limits.
 */
export function guardedCopier(overrides: Partial<CopierDeps> = {}): MediaCopier {
  const { spool = lazySpool(overrides) } = overrides;
  const prepare = async () => {
    const { followLink } = await import("./follow-link.js");
    const { selectTransport } = await import("./transport/select-transport.js");
    const transport = await selectTransport(overrides);
    return { followLink, deps: { clock: systemClock, ...limits, ...overrides, spool, transport } };
  };
  return {
    async load() {
      await prepare();
      await spool.load?.();
    },
    async copy(request) {
      const { deps, followLink } = await prepare();
      return followLink(deps, request);
    },
  };
}
