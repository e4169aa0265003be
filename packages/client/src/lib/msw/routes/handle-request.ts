import { headerNames } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { problemResponse, Refusal } from "../request/refusal.js";
import { templateOf } from "../request/request-pattern.js";
import type { MockState } from "../state/mock-state.js";
import { changeRoutes } from "./change-routes.js";
import { eventRoutes } from "./event-stream.js";
import { inputRoutes } from "./input-routes.js";
import { mediaRoutes } from "./media-routes.js";
import { quoteRoute } from "./quote-route.js";
import { readRoutes } from "./read-routes.js";
import { recognizeRoute } from "./recognize-route.js";
import { submitRoutes } from "./submit-routes.js";

/** Responds to a request, or throws a `Refusal`. */
type Route = (state: MockState, request: MockRequest) => Response | Promise<Response>;

/** Routes by method and template. `:id`, `:groupId` and `:inputId` are ids of a generation, a group and an upload. */
const routes: Readonly<Record<string, Route>> = {
  ...submitRoutes,
  ...quoteRoute,
  ...readRoutes,
  ...changeRoutes,
  ...eventRoutes,
  ...mediaRoutes,
  ...inputRoutes,
  ...recognizeRoute,
};

const methods = ["GET", "POST", "DELETE"] as const;

/** Responds to a request as the server does, with problems for refusals. With a `refusal`, no route is called. */
export async function handleRequest(
  state: MockState,
  {
    incoming,
    refusal,
  }: { readonly incoming: Omit<MockRequest, "id" | "index" | "requestId">; readonly refusal?: Refusal | undefined },
): Promise<Response> {
  const requestedId = incoming.headers.get(headerNames.requestId);
  const requestId = requestedId !== null && /^[\w.-]{1,128}$/.test(requestedId) ? requestedId : state.newRequestId();
  const response = await respond(state, { ...incoming, ...templateOf(incoming.path), requestId, refusal });
  response.headers.set(headerNames.requestId, requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-cache");
  return incoming.method === "HEAD" ? new Response(null, response) : response;
}

async function respond(
  state: MockState,
  request: MockRequest & { readonly template: string; readonly refusal: Refusal | undefined },
): Promise<Response> {
  const { template, method, requestId, refusal } = request;
  try {
    if (refusal !== undefined) throw refusal;
    const route = routes[`${method === "HEAD" ? "GET" : method} ${template}`];
    if (route !== undefined) return await route(state, request);
    const allowed = methods.filter((one) => routes[`${one} ${template}`] !== undefined);
    if (allowed.length === 0) throw new Refusal("not_found");
    const allow = [...allowed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])), "OPTIONS"].join(", ");
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    throw new Refusal("method_not_allowed", { detail: `Use ${allow}.`, headers: { allow } });
  } catch (error) {
    if (error instanceof Refusal) return problemResponse(error, requestId);
    throw error;
  }
}
