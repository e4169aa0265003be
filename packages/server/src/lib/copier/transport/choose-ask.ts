import { isOnWorkers } from "../../process/is-on-workers.js";
import type { CopierGround } from "../copier-ground.js";
import type { Ask } from "./ask.js";

/**
 * Selects the transport of this runtime: sockets, which connect to the checked addresses, or `fetch` on Cloudflare
 * Workers. Loads only the modules of the selected one.
 *
 * @param change for tests.
 */
export async function chooseAsk(change: Partial<CopierGround>): Promise<Ask> {
  if (change.isOnWorkers ?? isOnWorkers(globalThis)) {
    const { askByFetch } = await import("./ask-by-fetch.js");
    return askByFetch({ fetch: (url, init) => fetch(url, init), ...change });
  }
  const { askBySocket } = await import("./ask-by-socket.js");
  const { systemGround } = await import("../system-ground.js");
  return askBySocket({ ...systemGround, ...change });
}
