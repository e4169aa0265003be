/** The globals by which a runtime is detected. */
export interface Runtime {
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: { readonly versions?: { readonly uv?: string } };
}

/**
 * Whether this is Cloudflare Workers. Workers cannot reach private networks, so resolved addresses need no check, and
 * cannot be checked there.
 *
 * The user agent alone is not proof. Emulators and tests set it in other runtimes, whose `fetch` reaches every network
 * of the machine. Runtimes with sockets (Node.js, Bun, Deno) have the version of their libuv, which is read-only;
 * Workers have an empty version or no `process`. So a runtime that only imitates Workers keeps its sockets, and with
 * them the check of every address.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent, 2026-11
 */
export function isOnWorkers({ navigator, process }: Runtime): boolean {
  return navigator?.userAgent === "Cloudflare-Workers" && (process?.versions?.uv ?? "") === "";
}
