import type { MediaCopier } from "../ports/media-copier.js";
import { systemClock } from "../process/system-clock.js";
import type { CopierGround } from "./copier-ground.js";

/**
 * Copies from the hosts it is told, and from public addresses alone, whatever names, redirects and resolvers say. Each
 * address is checked and then connected to itself, so that none can be put in its place in between.
 *
 * For runtimes whose sockets take a `lookup` of our own, as Node.js has them; nothing of them is loaded before the first
 * copy. Cloudflare Workers have no such hook. They cannot reach private networks either, but `node:dns` does not look
 * up names there, so a copy fails.
 *
 * @param change for tests: other names, connections, time and limits.
 */
export function guardedCopier(change: Partial<CopierGround> = {}): MediaCopier {
  return {
    async copy(request) {
      const { followLink } = await import("./follow-link.js");
      const { systemGround } = await import("./system-ground.js");
      return followLink({ clock: systemClock, ...systemGround, ...change }, request);
    },
  };
}
