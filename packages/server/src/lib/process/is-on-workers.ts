/** What a runtime says of itself, as far as it is asked. */
export interface Runtime {
  readonly navigator?: { readonly userAgent?: string };
  readonly process?: { readonly versions?: { readonly uv?: string } };
}

/**
 * Whether this is Cloudflare Workers: no private network can be reached from there, so that a name's addresses need no
 * check, and none could be made.
 *
 * The name alone is not believed, since emulators and tests write it into other runtimes, whose `fetch` would reach
 * whatever the machine can. What has sockets of its own (Node.js, Bun, Deno) gives the version of its libuv, which cannot
 * be assigned to; Workers give an empty one, or have no `process`. So whoever only pretends keeps the sockets, and with
 * them the check of every address.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent, 2026-11
 */
export function isOnWorkers({ navigator, process }: Runtime): boolean {
  return navigator?.userAgent === "Cloudflare-Workers" && (process?.versions?.uv ?? "") === "";
}
