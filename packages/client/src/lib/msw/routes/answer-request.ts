import { headerNames } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { problemResponse, Refusal } from "../request/refusal.js";
import { templateOf } from "../request/request-pattern.js";
import type { MockState } from "../state/mock-state.js";
import { changeRoutes } from "./change-routes.js";
import { eventRoutes } from "./event-stream.js";
import { inputRoutes } from "./input-routes.js";
import { mediaRoutes } from "./media-routes.js";
import { readRoutes } from "./read-routes.js";
import { submitRoutes } from "./submit-routes.js";

/** Answers one request, or throws a refusal. */
type Route = (state: MockState, request: MockRequest) => Response | Promise<Response>;

/** By method and path; `:id` is the id of a generation, `:inputId` that of an uploaded picture. */
const routes: Readonly<Record<string, Route>> = {
  ...submitRoutes,
  ...readRoutes,
  ...changeRoutes,
  ...eventRoutes,
  ...mediaRoutes,
  ...inputRoutes,
};

const methods = ["GET", "POST", "DELETE"] as const;

/** Answers a request as the server does, refusals included; those that are planned, unless it was answered before. */
export async function answerRequest(
  state: MockState,
  asked: Omit<MockRequest, "id" | "index" | "requestId">,
  { isAgain = false } = {},
): Promise<Response> {
  const given = asked.headers.get(headerNames.requestId);
  const requestId = given !== null && /^[\w.-]{1,128}$/.test(given) ? given : state.newRequestId();
  const response = await answer(state, { ...asked, ...templateOf(asked.path), requestId, isAgain });
  response.headers.set(headerNames.requestId, requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-cache");
  return asked.method === "HEAD" ? new Response(null, response) : response;
}

async function answer(
  state: MockState,
  request: MockRequest & { readonly template: string; readonly isAgain: boolean },
): Promise<Response> {
  const { template, method, requestId, isAgain } = request;
  try {
    const planned = isAgain ? null : state.takeRefusal(request);
    if (planned !== null) throw planned;
    const route = routes[`${method === "HEAD" ? "GET" : method} ${template}`];
    if (route !== undefined) return await route(state, request);
    const taken = methods.filter((one) => routes[`${one} ${template}`] !== undefined);
    if (taken.length === 0) throw new Refusal("not_found");
    const allow = [...taken.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])), "OPTIONS"].join(", ");
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    throw new Refusal("method_not_allowed", { detail: `Use ${allow}.`, headers: { allow } });
  } catch (error) {
    if (error instanceof Refusal) return problemResponse(error, requestId);
    throw error;
  }
}
