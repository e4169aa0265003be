/** Bun's server, which Bun passes to `fetch` as its second argument. */
export interface BunServer {
  /** Sets the idle timeout of a request, in seconds. Max 255. */
  timeout(request: Request, seconds: number): void;
}

/** Whether this process runs in Bun. */
export function isBun(): boolean {
  return "Bun" in globalThis;
}

/**
 * Finds Bun's server in the bindings of a request: the server itself, as `Bun.serve({ fetch: handler })` passes it, or an
 * object with the server as `server`, as in Hono's documentation.
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
