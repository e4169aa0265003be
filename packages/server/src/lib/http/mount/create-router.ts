import { headerNames } from "@safelight/client/contract";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { isGenerationId } from "../../generation/generation-id.js";
import { isGroupId } from "../../generation/group-id.js";
import { isUploadReference } from "../../generation/upload-reference.js";
import { cutText } from "../../ports/cut-text.js";
import { errorText } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { notFound } from "../../service/errors/not-found.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { changeHandlers } from "../handlers/change-handlers.js";
import { eventHandlers } from "../handlers/event-handlers.js";
import type { Handlers } from "../handlers/handlers.js";
import { infoHandlers } from "../handlers/info-handlers.js";
import { inputHandlers } from "../handlers/input-handlers.js";
import { mediaHandlers } from "../handlers/media-handlers.js";
import { readHandlers } from "../handlers/read-handlers.js";
import type { RecognitionSettings } from "../handlers/recognition.js";
import { recognizeHandlers } from "../handlers/recognize-handlers.js";
import { submitHandlers } from "../handlers/submit-handlers.js";
import { webhookHandlers } from "../handlers/webhook-handlers.js";
import { workerHandlers } from "../handlers/worker-handlers.js";
import { crossOrigin, preflightHeaders, refuseCrossOrigin } from "../request/cross-origin.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import { createJsonResponse } from "../request/json-response.js";
import { keepWakes } from "../request/keep-wakes.js";
import { createListSlots } from "../request/list-slots.js";
import { pathUnder } from "../request/path-under.js";
import { maxWebhookBytes, readVerifiedWebhook } from "../request/read-verified-webhook.js";
import { type RouterEnv, type RouterHandler, type RouterOptions, responseContext } from "../request/router-context.js";
import { createSmallBodies, type SmallBodies } from "../request/small-bodies.js";
import { createUnreadResponses } from "../request/unread-responses.js";
import { workDuringRequest } from "../request/work-during-request.js";
import { type RouteDescription, type RouteName, routeTable } from "../routes/route-table.js";
import { MountError } from "./mount-error.js";
import { problemResponse } from "./problem-response.js";

/** Max bytes of JSON responses and events that the clients of one process have not read: about 45 lists of the max size. */
const maxUnreadBytes = 134_217_728;

/** Max length of the logged path of a request, in characters. */
const maxLoggedPath = 200;

/** Creates the router. It handles every request below the base path and refuses all others. */
export function createRouter(
  options: RouterOptions & { /** `null`: closed. */ readonly recognition: RecognitionSettings | null },
): Hono<RouterEnv> {
  const { basePath, service } = options;
  // For a request outside of the base, any path works: `checkMount` throws before a route could match.
  const router = new Hono<RouterEnv>({ getPath: (request) => pathUnder(basePath, request.url) ?? "/" });
  const { maxBodyBytes } = options;
  const maxSmallBytes = Math.max(maxBodyBytes, maxWebhookBytes);
  const bodies = createSmallBodies({ clock: service.clock, maxBodyBytes: maxSmallBytes, random: options.random });
  const lists = createListSlots({ clock: service.clock });
  const unread = createUnreadResponses({ maxSize: maxUnreadBytes });
  const untilSent = options.beginRequest === null;
  const jsonResponse = createJsonResponse({ clock: service.clock, unread, untilSent });
  const handlers: Handlers = {
    ...submitHandlers(options, { bodies, maxBodyBytes, jsonResponse }),
    ...readHandlers(options, { lists, jsonResponse }),
    ...changeHandlers(options, { bodies, maxBodyBytes, lists, jsonResponse }),
    ...eventHandlers(options, { lists, unread }),
    ...mediaHandlers(options),
    ...inputHandlers(options),
    ...infoHandlers(options, { jsonResponse }),
    ...recognizeHandlers(options, { jsonResponse, recognition: options.recognition }),
    ...workerHandlers(options),
    ...webhookHandlers(),
  };

  const { closing, logger } = service;
  const respond = { jsonResponse, logger, isClosing: () => closing.aborted };
  router.onError((error, c) => problemResponse(error, { c, ...respond }));
  router.notFound((c) => problemResponse(notFound(), { c, ...respond }));
  router.use(wrapNonErrors, commonHeaders(options), checkMount(options, logger), crossOrigin(options));
  // Path by path, in the order of the table: `PUT /active` is refused with 405 before it could match `/:id`.
  for (const [path, routes] of routesByPath()) {
    for (const [name, route] of routes) {
      const guards = [
        ...originGuard(route, options),
        accessGuard(route, { ...options, bodies }),
        ...(route.method === "GET" ? [] : [keepWakes(options)]),
        ...requestWorker(name, options),
      ];
      router.on(route.method, path, checkId, ...guards, ...handlers[name]);
    }
    router.all(path, checkId, refuseMethod(routes, options));
  }
  return router;
}

/** Hono handles `Error` only, and code of the host may throw any value. */
const wrapNonErrors: MiddlewareHandler<RouterEnv> = async (_, next) => {
  try {
    await next();
  } catch (error) {
    throw error instanceof Error ? error : new Error("A non-Error value was thrown.", { cause: error });
  }
};

/** Sets the request id and the headers of every response, refusals included. */
function commonHeaders({ newRequestId }: RouterOptions): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const given = c.req.header(headerNames.requestId);
    const requestId = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newRequestId();
    c.set("requestId", requestId);
    const response = responseContext(c);
    response.header("X-Request-Id", requestId);
    response.header("Cache-Control", "private, no-cache");
    response.header("Vary", "Cookie, Authorization", { append: true });
    response.header("X-Content-Type-Options", "nosniff");
    await next();
  };
}

/**
 * Refuses a request that is not below the base path. The first one is logged, because the host may have mounted the router at
 * another path. Hosts that pass all requests to the router receive such requests from any crawler.
 */
function checkMount({ basePath }: RouterOptions, logger: Logger): MiddlewareHandler<RouterEnv> {
  let isLogged = false;
  return async (c, next) => {
    // Bun copies a malformed `Host` header into the URL.
    if (!URL.canParse(c.req.url)) {
      throw new ServiceError("malformed_request", "The URL or its Host header is malformed.");
    }
    if (pathUnder(basePath, c.req.url) === null) {
      if (hasDotSegment(c)) throw new ServiceError("not_found", "There is nothing at this path.");
      const error = new MountError(basePath);
      if (!isLogged) {
        isLogged = true;
        const path = cutText(new URL(c.req.url).pathname, maxLoggedPath);
        logger.error("A request was not below basePath.", {
          event: "request.mounted_elsewhere",
          path,
          error: errorText(error),
        });
      }
      throw new ServiceError("not_found", error.message);
    }
    await next();
  };
}

/**
 * Whether the path, as the client sent it, has a segment `.` or `..`. Express, and Hono on Deno, route by that path, and the URL
 * that it resolves to may lie outside of the mount: a mistake of the client.
 */
function hasDotSegment({ env: { incoming }, req }: Context<RouterEnv>): boolean {
  const url = incoming !== undefined && "url" in incoming ? String(incoming.url) : req.url;
  return /\/(\.|%2e){1,2}([/\\?#]|$)/i.test(url);
}

/** Responds to OPTIONS, and refuses methods that an existing path does not have. */
function refuseMethod(routes: readonly NamedRoute[], options: RouterOptions): RouterHandler {
  const methods = routes.flatMap(([, { method }]) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...methods, "OPTIONS"].join(", ");
  return (c) => {
    if (c.req.method !== "OPTIONS") {
      throw new ServiceError("method_not_allowed", `Use ${allow}.`, { headers: { Allow: allow } });
    }
    return responseContext(c).body(null, 204, { Allow: allow, ...preflightHeaders(c.req.raw, { allow, options }) });
  };
}

/** A path with a malformed id does not exist. */
const checkId: MiddlewareHandler<RouterEnv> = async (c, next) => {
  const id: string | undefined = c.req.param("id");
  if (id !== undefined && !isGenerationId(id)) throw notFound();
  const groupId: string | undefined = c.req.param("groupId");
  if (groupId !== undefined && !isGroupId(groupId)) throw notFound();
  const inputId: string | undefined = c.req.param("inputId");
  if (inputId !== undefined && !isUploadReference(inputId)) throw notFound();
  await next();
};

/** A webhook needs no origin check: its signature authenticates it, not cookies. */
function originGuard(route: RouteDescription, options: RouterOptions): readonly MiddlewareHandler<RouterEnv>[] {
  return route.method === "GET" || route.access === "provider" ? [] : [refuseCrossOrigin(options)];
}

function accessGuard(
  route: RouteDescription,
  options: RouterOptions & { readonly bodies: SmallBodies },
): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    if (route.access === "owner") {
      const { erasures } = options.service;
      const position = await erasures.position();
      c.set("erasurePosition", position);
      c.set("caller", await erasures.within(position, () => identifyCaller(toIdentifyRequest(c), options)));
    }
    if (route.access === "provider") c.set("webhook", await readVerifiedWebhook(c, options));
    await next();
  };
}

/** In request mode, requests of owners and vendors advance due generations. The event stream starts its own worker. */
function requestWorker(name: RouteName, options: RouterOptions): readonly MiddlewareHandler<RouterEnv>[] {
  const { access } = routeTable[name];
  const works = (access === "owner" || access === "provider") && name !== "events";
  return works ? [workDuringRequest(options)] : [];
}

type NamedRoute = readonly [RouteName, RouteDescription];

function routesByPath(): ReadonlyMap<string, readonly NamedRoute[]> {
  const paths = new Map<string, NamedRoute[]>();
  // The table is a constant: its keys are exactly those of its type.
  for (const name of Object.keys(routeTable) as RouteName[]) {
    const { path } = routeTable[name];
    paths.set(path, [...(paths.get(path) ?? []), [name, routeTable[name]]]);
  }
  return paths;
}
