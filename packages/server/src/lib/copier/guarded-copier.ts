import type { MediaCopier } from "../ports/media-copier.js";
import { systemClock } from "../process/system-clock.js";
import type { CopierGround } from "./copier-ground.js";
import type { Spool } from "./spool/spool.js";

const waits = { headersMs: 30_000, idleMs: 30_000, totalMs: 120_000 };

/**
 * Copies from the hosts it is told, and from public addresses alone, whatever names, redirects and resolvers say. Each
 * address is checked and then connected to itself, so that none can be put in its place in between.
 *
 * That takes sockets with a `lookup` of our own, as Node.js has them; nothing of them is loaded before `load` or the first copy.
 * Cloudflare Workers have no such hook, and cannot reach private networks: there it asks by `fetch`, with the same rules
 * for URLs, redirects, headers, bytes and time.
 *
 * What is longer than a megabyte gathers in a file of the machine's folder for temporary ones, so that memory is bounded; on
 * Workers, which have no files, in memory.
 *
 * @param change a logger, and for tests other names, connections, runtimes, time and limits.
 */
export function guardedCopier(change: Partial<CopierGround> = {}): MediaCopier {
  // No promise is kept: a request on Cloudflare Workers may hang if it waits for a promise of another one.
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
