/** Bun's server, which Bun passes to `fetch` as its second argument. */
export interface BunServer {
  /** Sets the idle limit of a request, in seconds, 255 at most. */
  timeout(request: Request, seconds: number): void;
}

/** Whether this process runs in Bun. */
export function isBun(): boolean {
  return "Bun" in globalThis;
}

/**
 * Finds Bun's server in what a host hands over with a request: the server itself, as `Bun.serve({ fetch: handler })` does,
 * or an object that has it as `server`, as Hono's documentation does.
 */
export function bunServerOf(bindings: unknown): BunServer | undefined {
  if (!isBun() || typeof bindings !== "object" || bindings === null) return undefined;
  if (isBunServer(bindings)) return bindings;
  const server: unknown = Reflect.get(bindings, "server");
  return isBunServer(server) ? server : undefined;
}

function isBunServer(value: unknown): value is BunServer {
  return typeof value === "object" && value !== null && "timeout" in value && typeof value.timeout === "function";
}
