import { headerNames } from "@safelight/client/contract";
import { Hono, type MiddlewareHandler } from "hono";
import { isImageReference } from "../../generation/image-reference.js";
import { notFound } from "../../service/errors/not-found.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { isGenerationId } from "../../service/ids/generation-id.js";
import { changeHandlers } from "../handlers/change-handlers.js";
import { eventHandlers } from "../handlers/event-handlers.js";
import type { Handlers } from "../handlers/handlers.js";
import { infoHandlers } from "../handlers/info-handlers.js";
import { inputHandlers } from "../handlers/input-handlers.js";
import { mediaHandlers } from "../handlers/media-handlers.js";
import { readHandlers } from "../handlers/read-handlers.js";
import { submitHandlers } from "../handlers/submit-handlers.js";
import { webhookHandlers } from "../handlers/webhook-handlers.js";
import { workerHandlers } from "../handlers/worker-handlers.js";
import { crossOrigin, preflightHeaders, refuseCrossOrigin } from "../request/cross-origin.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import { pathUnder } from "../request/path-under.js";
import { type RouterEnv, type RouterHandler, type RouterOptions, replyOf } from "../request/router-context.js";
import { verifyVendor } from "../request/verify-vendor.js";
import { workDuringRequest } from "../request/work-during-request.js";
import { type RouteDescription, type RouteName, routeTable } from "../routes/route-table.js";
import { MountError } from "./mount-error.js";
import { problemResponse } from "./problem-response.js";

/** Answers every request below the base path, and refuses all others. */
export function createRouter(options: RouterOptions): Hono<RouterEnv> {
  const { basePath, service } = options;
  const router = new Hono<RouterEnv>({ getPath: (request) => pathUnder(basePath, request.url) ?? "/" });
  const handlers: Handlers = {
    ...submitHandlers(options),
    ...readHandlers(options),
    ...changeHandlers(options),
    ...eventHandlers(options),
    ...mediaHandlers(options),
    ...inputHandlers(options),
    ...infoHandlers(options),
    ...workerHandlers(options),
    ...webhookHandlers(options),
  };

  router.onError((error, c) => problemResponse(error, c, service.logger));
  router.notFound((c) => problemResponse(notFound(), c, service.logger));
  router.use(frame(options), crossOrigin(options));
  // Path by path, words before `:id`: what a path does not take is refused before a later one could take it for an id.
  for (const [path, routes] of routesByPath()) {
    for (const [name, route] of routes) {
      const guards = [...origin(route, options), access(route, options), ...work(name, options)];
      router.on(route.method, path, checkId, ...guards, ...handlers[name]);
    }
    router.all(path, checkId, refuseMethod(routes, options));
  }
  return router;
}

/** What every answer carries, refusals included. */
function frame({ basePath, newRequestId }: RouterOptions): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const given = c.req.header(headerNames.requestId);
    const requestId = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newRequestId();
    c.set("requestId", requestId);
    const reply = replyOf(c);
    reply.header("X-Request-Id", requestId);
    reply.header("Cache-Control", "private, no-cache");
    reply.header("Vary", "Cookie, Authorization", { append: true });
    reply.header("X-Content-Type-Options", "nosniff");
    // Bun puts a malformed `Host` header into the URL as it came.
    if (!URL.canParse(c.req.url))
      throw new ServiceError("malformed_request", "The URL or its Host header is malformed.");
    if (pathUnder(basePath, c.req.url) === null) throw new MountError(basePath);
    try {
      await next();
    } catch (error) {
      // Hono handles errors only; a host's code may throw anything.
      throw error instanceof Error ? error : new Error("Something was thrown that is no error.", { cause: error });
    }
  };
}

/** Says what may be asked of a path that is there. */
function refuseMethod(routes: readonly NamedRoute[], options: RouterOptions): RouterHandler {
  const methods = routes.flatMap(([, { method }]) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...methods, "OPTIONS"].join(", ");
  return (c) => {
    if (c.req.method !== "OPTIONS") {
      throw new ServiceError("method_not_allowed", `Use ${allow}.`, { headers: { Allow: allow } });
    }
    return replyOf(c).body(null, 204, { Allow: allow, ...preflightHeaders(c.req.raw, allow, options) });
  };
}

/** A path with anything else where an id belongs is no path of ours. */
const checkId: MiddlewareHandler<RouterEnv> = async (c, next) => {
  const id: string | undefined = c.req.param("id");
  if (id !== undefined && !isGenerationId(id)) throw notFound();
  const inputId: string | undefined = c.req.param("inputId");
  if (inputId !== undefined && !isImageReference(inputId)) throw notFound();
  await next();
};

/** A vendor's call-back is known by its signature, wherever it comes from, and by nothing that a browser adds. */
function origin(route: RouteDescription, options: RouterOptions): readonly MiddlewareHandler<RouterEnv>[] {
  return route.method === "GET" || route.access === "provider" ? [] : [refuseCrossOrigin(options)];
}

function access(route: RouteDescription, options: RouterOptions): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    if (route.access === "owner") c.set("caller", await identifyCaller(toIdentifyRequest(c), options));
    if (route.access === "provider") c.set("webhook", await verifyVendor(c, options));
    await next();
  };
}

/** Requests of owners and vendors advance due generations; an event stream does so itself. */
function work(name: RouteName, options: RouterOptions): readonly MiddlewareHandler<RouterEnv>[] {
  const { access } = routeTable[name];
  const works = (access === "owner" || access === "provider") && name !== "events";
  return works ? [workDuringRequest(options)] : [];
}

type NamedRoute = readonly [RouteName, RouteDescription];

function routesByPath(): ReadonlyMap<string, readonly NamedRoute[]> {
  const paths = new Map<string, NamedRoute[]>();
  // The table is a constant object: it has the names of its type and no others.
  for (const name of Object.keys(routeTable) as RouteName[]) {
    const { path } = routeTable[name];
    paths.set(path, [...(paths.get(path) ?? []), [name, routeTable[name]]]);
  }
  return paths;
}
