import { Hono } from "hono";
import { bunServerOf } from "../request/bun-server.js";
import type { RouterEnv, WaitUntil } from "../request/router-context.js";
import { pipelinedTurn } from "./pipelined-turn.js";

/**
 * Bindings that a host may pass with a request: `waitUntil` in request mode, the bindings of `@hono/node-server`, or Bun's
 * server. Anything else is ignored.
 */
export type RequestHost = { readonly waitUntil?: WaitUntil } | object;

type PlatformBindings = Omit<RouterEnv["Bindings"], "host" | "waitUntil">;

/** The two ways to mount a router. */
export interface MountedRouter {
  /** For `hostApp.route(basePath, app)`. */
  readonly app: Hono;
  /** For any other host with fetch-style handlers. The request must have its full path. */
  readonly handler: (request: Request, host?: RequestHost) => Promise<Response>;
}

/**
 * Makes the router mountable. The app has a single catch-all route, so that this router also handles trailing slashes,
 * unknown paths and unknown methods. With one route per path, the host's router would.
 */
export function mountRouter(router: Hono<RouterEnv>): MountedRouter {
  const app = new Hono();
  app.all("*", (c) => inTurn(c.env, () => router.fetch(c.req.raw, { host: c, ...platformBindings(c.req.raw, c.env) })));
  return {
    app,
    handler: async (request, host) =>
      inTurn(host, () => router.fetch(request, { waitUntil: hostWaitUntil(host), ...platformBindings(request, host) })),
  };
}

/** Handles the pipelined requests of one connection one after another. */
function inTurn(bindings: unknown, respond: () => Response | Promise<Response>): Response | Promise<Response> {
  const turn = pipelinedTurn(bindings);
  if (turn === null) return respond();
  // The client has gone: no response reaches it, and the request has no effect.
  return turn.then((isOpen) => (isOpen ? respond() : new Response(null, { status: 503 })));
}

/** The bindings of the runtime. A host without types may pass any value, also an object whose getters throw. */
function platformBindings(request: Request, bindings: unknown): PlatformBindings {
  try {
    return { ...nodeBindings(request, bindings), bunServer: bunServerOf(bindings) };
  } catch {
    return { isFramed: false, isConsumed: false };
  }
}

/**
 * Facts about a request of Node's http server. `@hono/node-server` passes `incoming`, and its own request refers to it. A
 * request that the host created from that one may have another body.
 */
function nodeBindings(request: Request, bindings: unknown): Omit<PlatformBindings, "bunServer"> {
  if (!hasObject(bindings, "incoming")) return { isFramed: false, isConsumed: false };
  const { incoming } = bindings;
  const parts = Object.getOwnPropertySymbols(request).map((symbol): unknown => Reflect.get(request, symbol));
  const isOriginal = parts.includes(incoming);
  return {
    incoming,
    ...(hasObject(bindings, "outgoing") && { outgoing: bindings.outgoing }),
    isFramed: isOriginal && "httpVersion" in incoming && String(incoming.httpVersion).startsWith("1."),
    // If the adapter has created a native request, that may be the reader. Its `bodyUsed` is then reliable.
    isConsumed:
      isOriginal &&
      "readableDidRead" in incoming &&
      incoming.readableDidRead === true &&
      !parts.some((part) => part instanceof Request),
  };
}

function hasObject<Name extends string>(value: unknown, name: Name): value is Readonly<Record<Name, object>> {
  if (typeof value !== "object" || value === null) return false;
  const member: unknown = Reflect.get(value, name);
  return typeof member === "object" && member !== null;
}

function hostWaitUntil(host: unknown): WaitUntil | undefined {
  try {
    const waitUntil: unknown = Reflect.get(Object(host), "waitUntil");
    if (typeof waitUntil !== "function") return undefined;
    // Called as a method: `waitUntil` of a Workers execution context throws without its `this`.
    return (promise) => waitUntil.call(host, promise);
  } catch {
    return undefined;
  }
}
