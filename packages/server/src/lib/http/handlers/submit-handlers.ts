import { headerNames } from "@safelight/client/contract";
import type { Context } from "hono";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { ownerTagOf } from "../../service/owners/owner-tag.js";
import { retryOnce, type SubmitRequest, submitOnce } from "../../service/submit/submit-once.js";
import type { SubmitResult } from "../../service/submit/submit-result.js";
import { toWholeSeconds } from "../../service/submit/whole-seconds.js";
import { type JsonLimits, parseJsonBody, readJsonBytes } from "../request/json-body.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import { retryBody, submitBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

/** Handlers of submit and retry, which accept an idempotency key. */
export function submitHandlers(options: RouterOptions, limits: JsonLimits): Pick<Handlers, "submit" | "retry"> {
  const { service, basePath, publicOrigin } = options;

  /** Reads the body, and responds with the result of `submit`. */
  const respondTo = async (
    c: Context<RouterEnv>,
    submit: (request: SubmitRequest) => Promise<SubmitResult>,
  ): Promise<Response> => {
    const { caller, erasurePosition } = c.var;
    await requireSameOwner(caller, c.req.header(headerNames.ownerTag));
    const bytes = await readJsonBytes(c, limits);
    const key = c.req.header(headerNames.idempotencyKey);
    return respond(c, await submit({ caller, erasurePosition, bytes, key }));
  };

  /** Refuses a submit whose owner has signed out and been replaced by another since the page sent it. */
  const requireSameOwner = async ({ ownerId }: Caller, tag: string | undefined): Promise<void> => {
    if (tag === undefined || tag === (await ownerTagOf(service, ownerId))) return;
    throw new ServiceError("unauthenticated", "Another owner is signed in now.");
  };

  const respond = (c: Context<RouterEnv>, result: SubmitResult): Response => {
    const { response, replayed } = result;
    const headers = {
      Location: `${publicOrigin}${basePath}/${response.generation.id}`,
      "Retry-After": String(toWholeSeconds(result.pollAfterMs)),
      [headerNames.pollAfterMs]: String(result.pollAfterMs),
      ...result.rateLimitHeaders,
      ...(replayed && { [headerNames.idempotentReplayed]: "true" }),
    };
    return responseContext(c).json(response, replayed ? 200 : 202, headers);
  };

  return {
    submit: [
      (c) =>
        respondTo(c, (request) =>
          submitOnce(service, { ...request, parse: (bytes) => parseJsonBody(bytes, submitBody) }),
        ),
    ],
    retry: [
      (c) =>
        respondTo(c, (request) =>
          retryOnce(service, {
            ...request,
            id: c.req.param("id") ?? "",
            parse: (bytes) => (bytes.byteLength === 0 ? {} : parseJsonBody(bytes, retryBody)),
          }),
        ),
    ],
  };
}
