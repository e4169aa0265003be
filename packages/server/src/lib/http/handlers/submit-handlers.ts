import { headerNames } from "@safelight/client/contract";
import type { Context } from "hono";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { ownerTagOf } from "../../service/owners/owner-tag.js";
import type { ServiceContext } from "../../service/service-context.js";
import { quoteGeneration } from "../../service/submit/quote-generation.js";
import type { SubmitManyResult } from "../../service/submit/submit-many.js";
import { retryOnce, type SubmitRequest, submitManyOnce, submitOnce } from "../../service/submit/submit-once.js";
import type { SubmitResult } from "../../service/submit/submit-result.js";
import { toWholeSeconds } from "../../service/submit/whole-seconds.js";
import { type JsonLimits, parseJsonBody, readJsonBytes } from "../request/json-body.js";
import type { JsonResponse } from "../request/json-response.js";
import type { RouterEnv, RouterOptions } from "../request/router-context.js";
import { quoteBody } from "../routes/quote-schemas.js";
import { retryBody, submitBody, submitManyBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

/** Handlers of submit and retry, which accept an idempotency key, and of the quote. */
export function submitHandlers(
  options: RouterOptions,
  { jsonResponse, ...limits }: JsonLimits & { readonly jsonResponse: JsonResponse },
): Pick<Handlers, "submit" | "submitMany" | "retry" | "quote"> {
  const { service, basePath, publicOrigin } = options;

  /** Reads the body, and responds with the result of `submit`. */
  const respondTo = async (
    c: Context<RouterEnv>,
    submit: (context: ServiceContext, request: SubmitRequest) => Promise<SubmitResult | SubmitManyResult>,
  ): Promise<Response> => {
    const { caller, erasurePosition } = c.var;
    await requireSameOwner(caller, c.req.header(headerNames.ownerTag));
    const bytes = await readJsonBytes(c, limits);
    const key = c.req.header(headerNames.idempotencyKey);
    const request = { caller, erasurePosition, bytes, key, signal: () => c.req.raw.signal };
    return respond(c, await submit(c.var.service, request));
  };

  /** Refuses a submit whose owner has signed out and been replaced by another since the page sent it. */
  const requireSameOwner = async ({ ownerId }: Caller, tag: string | undefined): Promise<void> => {
    if (tag === undefined || tag === (await ownerTagOf(service, ownerId))) return;
    throw new ServiceError("unauthenticated", "Another owner is signed in now.");
  };

  const respond = (c: Context<RouterEnv>, result: SubmitResult | SubmitManyResult): Response => {
    const { response, replayed } = result;
    const path = "groupId" in response ? `?groupId=${response.groupId}` : `/${response.generation.id}`;
    const headers = {
      Location: `${publicOrigin}${basePath}${path}`,
      "Retry-After": String(toWholeSeconds(result.pollAfterMs)),
      [headerNames.pollAfterMs]: String(result.pollAfterMs),
      ...result.rateLimitHeaders,
      ...(replayed && { [headerNames.idempotentReplayed]: "true" }),
    };
    return jsonResponse(c, { body: response, status: replayed ? 200 : 202, headers });
  };

  return {
    submit: [
      (c) =>
        respondTo(c, (context, request) =>
          submitOnce(context, { ...request, parse: (bytes) => parseJsonBody(bytes, submitBody) }),
        ),
    ],
    submitMany: [
      (c) =>
        respondTo(c, (context, request) =>
          submitManyOnce(context, { ...request, parse: (bytes) => parseJsonBody(bytes, submitManyBody) }),
        ),
    ],
    retry: [
      (c) =>
        respondTo(c, (context, request) =>
          retryOnce(context, {
            ...request,
            id: c.req.param("id") ?? "",
            parse: (bytes) => (bytes.byteLength === 0 ? {} : parseJsonBody(bytes, retryBody)),
          }),
        ),
    ],
    quote: [
      async (c) => {
        const body = parseJsonBody(await readJsonBytes(c, limits), quoteBody);
        const quote = await quoteGeneration(service, { caller: c.var.caller, body, signal: c.req.raw.signal });
        return jsonResponse(c, { body: quote });
      },
    ],
  };
}
