import type { Context } from "hono";

/** The argument of the host's `identify`. */
export interface IdentifyRequest {
  readonly headers: Headers;
  /** Absent when `safelight.api` was called with headers only. */
  readonly request?: Request;
  /** Hono's context, if the request came through a Hono app of the host. */
  readonly context?: Context;
  /**
   * The `IncomingMessage` of Node's http server, if the request came through `toNodeHandler` or `@hono/node-server`. In
   * Express it is the request, with the `user` or `session` of earlier middleware.
   */
  readonly incoming?: object;
}
