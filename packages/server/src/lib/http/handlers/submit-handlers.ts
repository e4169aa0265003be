import { headerNames } from "@safelight/client/contract";
import type { Context } from "hono";
import type { Caller } from "../../model/define-model.js";
import type { SubmissionKey } from "../../ports/store/store-commands.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { isTagOf } from "../../service/owners/owner-tag.js";
import { retryGeneration } from "../../service/submit/retry-generation.js";
import { toSubmissionKey } from "../../service/submit/submission-key.js";
import { submitGeneration } from "../../service/submit/submit-generation.js";
import { submitOnce } from "../../service/submit/submit-once.js";
import type { SubmitResult } from "../../service/submit/submit-result.js";
import { toWholeSeconds } from "../../service/submit/whole-seconds.js";
import { type JsonLimits, parseJsonBody, readJsonBytes } from "../request/json-body.js";
import { type RouterEnv, type RouterOptions, replyOf } from "../request/router-context.js";
import { retryBody, submitBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

/** The parsed request of a submit or retry. */
interface SubmitRequest {
  /** The raw bytes. */
  readonly body: Uint8Array;
  readonly caller: Caller;
  readonly submission: SubmissionKey | null;
}

/** Handlers of submit and retry, which accept an idempotency key. */
export function submitHandlers(options: RouterOptions, limits: JsonLimits): Pick<Handlers, "submit" | "retry"> {
  const { service, basePath, publicOrigin } = options;

  /** Reads the body and responds with the earlier result of its key, else with that of `submit`. */
  const respondOnce = async (
    c: Context<RouterEnv>,
    { route, submit }: { readonly route: string; readonly submit: (request: SubmitRequest) => Promise<SubmitResult> },
  ): Promise<Response> => {
    const caller = c.get("caller");
    await requireSameOwner(caller, c.req.header(headerNames.ownerTag));
    const body = await readJsonBytes(c, limits);
    const key = c.req.header(headerNames.idempotencyKey);
    const submission = key === undefined ? null : await toSubmissionKey({ key, route, body });
    return respond(
      c,
      await submitOnce(service, { caller, submission, submit: () => submit({ body, caller, submission }) }),
    );
  };

  /** Prevents that a submit of one owner is charged to another who signed in before the request arrived. */
  const requireSameOwner = async ({ ownerId }: Caller, tag: string | undefined): Promise<void> => {
    if (tag === undefined || (await isTagOf(service, { ownerId, tag }))) return;
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
    return replyOf(c).json(response, replayed ? 200 : 202, headers);
  };

  return {
    submit: [
      (c) =>
        respondOnce(c, {
          route: "POST /",
          submit: async ({ body, caller, submission }) => {
            const fields = parseJsonBody(body, submitBody);
            return submitGeneration(service, { caller, body: fields, submission, retryOf: null });
          },
        }),
    ],
    retry: [
      (c) => {
        const id = c.req.param("id") ?? "";
        return respondOnce(c, {
          route: `POST /${id}/retry`,
          submit: async ({ body, caller, submission }) => {
            const fields = body.byteLength === 0 ? {} : parseJsonBody(body, retryBody);
            return retryGeneration(service, { caller, id, body: fields, submission });
          },
        });
      },
    ],
  };
}
