import type { MediaCopier } from "../ports/media-copier.js";
import { systemClock } from "../process/system-clock.js";
import type { CopierGround } from "./copier-ground.js";
import type { Spool } from "./spool/spool.js";

const waits = { headersMs: 30_000, idleMs: 30_000, totalMs: 120_000 };

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
 * @param change a logger; for tests also DNS, connections, runtime, clock and limits.
 */
export function guardedCopier(change: Partial<CopierGround> = {}): MediaCopier {
  // No promise is kept: a request on Cloudflare Workers may hang when it awaits a promise of another request.
  let spool: Spool | null = null;
  const prepare = async () => {
    const { followLink } = await import("./follow-link.js");
    const { chooseAsk } = await import("./transport/choose-ask.js");
    const { chooseSpool } = await import("./spool/choose-spool.js");
    const chosenSpool = spool ?? (await chooseSpool(change));
    spool ??= chosenSpool;
    return { followLink, ground: { ...change, spool, ask: await chooseAsk(change) } };
  };
  return {
    load: async () => void (await prepare()),
    async copy(request) {
      const { followLink, ground } = await prepare();
      return followLink({ clock: systemClock, ...waits, ...ground }, request);
    },
  };
}
