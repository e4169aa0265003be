import type { Context } from "hono";

/** What `identify` has to go by. */
export interface IdentifyRequest {
  readonly headers: Headers;
  /** Absent when `safelight.api` was called with headers only. */
  readonly request?: Request;
  /** Hono's context, where the call came through a Hono app of the host. */
  readonly context?: Context;
}
