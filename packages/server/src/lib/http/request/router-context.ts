import type { Context, Handler } from "hono";
import type { Caller } from "../../model/define-model.js";
import type { ServiceContext } from "../../service/service-context.js";
import type { VerifiedWebhook } from "../../service/webhooks/verify-webhook.js";
import type { BunServer } from "./bun-server.js";
import type { IdentifyRequest } from "./identify-request.js";

/** Keeps the host's process going until a promise has settled. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/** What the router is made of. */
export interface RouterOptions {
  readonly service: ServiceContext;
  /** Who calls; `null` for nobody. Throws when the host's `identify` does, or gives something else. */
  readonly identify: (request: IdentifyRequest) => Promise<Caller | null>;
  /** Empty for the root; otherwise with a leading and without a trailing slash. */
  readonly basePath: string;
  /** Origin of `Location`, without a trailing slash; empty for relative ones. */
  readonly publicOrigin: string;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly maxBodyBytes: number;
  readonly newRequestId: () => string;
  /** From 0 to below 1, as `Math.random`: spreads what would come in crowds. */
  readonly random: () => number;
  /** Opens `POST /tick`; `null`: the server's secrets do. */
  readonly tickSecret: string | null;
  /** One round of the worker; answers how many generations were advanced. */
  readonly tick: () => Promise<number>;
  /** In request mode: starts a worker for this request; see `RequestWorker`. */
  readonly beginRequest: (() => (how?: { readonly isOver: boolean }) => Promise<void>) | null;
}

/** Types of the router's own context. */
export interface RouterEnv {
  Bindings: {
    /** The context of the host's app, where the request came through one. */
    readonly host?: Context;
    /** Of any other host. */
    readonly waitUntil?: WaitUntil | undefined;
    /** The request of Node's http server, where it came through one. */
    readonly incoming?: object;
    /** Bun's server, where the host handed it over. */
    readonly bunServer?: BunServer | undefined;
    /** Whether the server below holds a body to the length that it states. */
    readonly isFramed: boolean;
    /** Whether a body parser of the host has read `incoming` before. */
    readonly isConsumed: boolean;
  };
  Variables: { readonly caller: Caller; readonly webhook: VerifiedWebhook; readonly requestId: string };
}

export type RouterHandler = Handler<RouterEnv>;

/**
 * The context to answer with. The host's own where there is one, so that what its middleware prepared, such as a cookie,
 * goes out with the answer.
 */
export function replyOf(c: Context<RouterEnv>): Context {
  return c.env.host ?? c;
}
