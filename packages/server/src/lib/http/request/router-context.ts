import type { Context, Handler } from "hono";
import type { Caller } from "../../model/define-model.js";
import type { Spool } from "../../ports/body-spool.js";
import type { ServiceContext } from "../../service/service-context.js";
import type { VerifiedWebhook } from "../../service/webhooks/verify-webhook.js";
import type { BunServer } from "./bun-server.js";
import type { IdentifyRequest } from "./identify-request.js";

/** Keeps the host's process alive until a promise has settled. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/** Dependencies and options of the router. */
export interface RouterOptions {
  readonly service: ServiceContext;
  /** Identifies the caller; `null` if not signed in. Throws when the host's `identify` throws or returns an invalid value. */
  readonly identify: (request: IdentifyRequest) => Promise<Caller | null>;
  /** Buffers uploads. */
  readonly spool: Spool;
  /** Empty for the root; otherwise with a leading and without a trailing slash. */
  readonly basePath: string;
  /** Origin of the `Location` header, without a trailing slash; empty for a relative `Location`. */
  readonly publicOrigin: string;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly maxBodyBytes: number;
  readonly newRequestId: () => string;
  /** From 0 to below 1, as `Math.random`: spreads reconnects, heartbeats and retries. */
  readonly random: () => number;
  /** Bearer token of `POST /tick` and `POST /tick/:id`; `null` accepts the server's secrets. */
  readonly tickSecret: string | null;
  /** Runs one cycle of the worker; resolves to the number of advanced generations. */
  readonly tick: () => Promise<number>;
  /** Advances one generation; see `Worker.advance`. */
  readonly advance: (id: string) => Promise<{ readonly nextInMs: number | null }>;
  /** In request mode: starts a worker for this request; see `RequestWorker`. */
  readonly beginRequest:
    | (() => (end?: { readonly isOver?: boolean; readonly responseTo?: string }) => Promise<void>)
    | null;
}

/** Types of the router's context. */
export interface RouterEnv {
  Bindings: {
    /** Hono's context of the host's app, if the host mounted `app`. */
    readonly host?: Context;
    /** The host's `waitUntil`, if the host called `handler` with one. */
    readonly waitUntil?: WaitUntil | undefined;
    /** The request of Node's http server, if there is one. */
    readonly incoming?: object;
    /** Its response. */
    readonly outgoing?: object;
    /** Bun's server, if the host passed it. */
    readonly bunServer?: BunServer | undefined;
    /** Whether the HTTP server below enforces the `Content-Length` of a body. */
    readonly isFramed: boolean;
    /** Whether a body parser of the host has already read `incoming`. */
    readonly isConsumed: boolean;
  };
  Variables: {
    readonly caller: Caller;
    /** `Erasures.position` from before the caller was identified. */
    readonly erasurePosition: number;
    readonly webhook: VerifiedWebhook;
    readonly requestId: string;
    /** The service of this request, which keeps its wakes alive. */
    readonly service: ServiceContext;
  };
}

export type RouterHandler = Handler<RouterEnv>;

/**
 * The context that creates the response. Uses the host's context if there is one, so that headers of its middleware, such
 * as a cookie, are sent.
 */
export function responseContext(c: Context<RouterEnv>): Context {
  return c.env.host ?? c;
}
