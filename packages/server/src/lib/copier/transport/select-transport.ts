import { isOnWorkers } from "../../process/is-on-workers.js";
import type { CopierDeps } from "../copier-deps.js";
import type { HttpTransport } from "./http-transport.js";

/**
 * Selects the transport of this runtime: sockets, which connect to the checked addresses, or `fetch` on Cloudflare
 * Workers. Loads only the modules of the selected one.
 *
 * @param overrides for tests.
 */
export async function selectTransport(overrides: Partial<CopierDeps>): Promise<HttpTransport> {
  if (overrides.isOnWorkers ?? isOnWorkers(globalThis)) {
    const { fetchTransport } = await import("./fetch-transport.js");
    return fetchTransport({ fetch: (url, init) => fetch(url, init), ...overrides });
  }
  const { nodeNetwork, socketTransport } = await import("./socket-transport.js");
  return socketTransport({ ...nodeNetwork, ...overrides });
}
