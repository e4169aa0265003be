import type { Context } from "hono";

/** What `identify` has to go by. */
export interface IdentifyRequest {
  readonly headers: Headers;
  /** Absent when `safelight.api` was called with headers only. */
  readonly request?: Request;
  /** Hono's context, where the call came through a Hono app of the host. */
  readonly context?: Context;
  /**
   * The `IncomingMessage` of Node's http server, where the call came through `toNodeHandler` or `@hono/node-server`: in
   * Express the request, with the `user` or `session` that earlier middleware put there.
   */
  readonly incoming?: object;
}
