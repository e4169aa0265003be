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
import { parseJsonBody, readJsonBytes } from "../request/json-body.js";
import { type RouterEnv, type RouterOptions, replyOf } from "../request/router-context.js";
import { retryBody, submitBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

/** What a submit is made of. */
interface SubmitRequest {
  /** As it was sent. */
  readonly body: Uint8Array;
  readonly caller: Caller;
  readonly submission: SubmissionKey | null;
}

/** Submit and retry: what an idempotency key makes safe to send again. */
export function submitHandlers(options: RouterOptions): Pick<Handlers, "submit" | "retry"> {
  const { service, basePath, publicOrigin, maxBodyBytes } = options;

  /** Reads the body once, and answers what its key was used for, or what `submit` makes of it. */
  const answerOnce = async (
    c: Context<RouterEnv>,
    route: string,
    submit: (request: SubmitRequest) => Promise<SubmitResult>,
  ): Promise<Response> => {
    const caller = c.get("caller");
    await refuseOthers(caller, c.req.header(headerNames.ownerTag));
    const body = await readJsonBytes(c, maxBodyBytes);
    const key = c.req.header(headerNames.idempotencyKey);
    const submission = key === undefined ? null : await toSubmissionKey({ key, route, body });
    return answer(c, await submitOnce(service, caller, submission, () => submit({ body, caller, submission })));
  };

  /** A click that was one owner's is not paid by whoever is signed in when it arrives. */
  const refuseOthers = async ({ ownerId }: Caller, tag: string | undefined): Promise<void> => {
    if (tag === undefined || (await isTagOf(service, ownerId, tag))) return;
    throw new ServiceError("unauthenticated", "Somebody else is signed in now.");
  };

  const answer = (c: Context<RouterEnv>, result: SubmitResult): Response => {
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
        answerOnce(c, "POST /", async ({ body, caller, submission }) => {
          const fields = parseJsonBody(body, submitBody);
          return submitGeneration(service, caller, fields, { submission, retryOf: null });
        }),
    ],
    retry: [
      (c) => {
        const id = c.req.param("id") ?? "";
        return answerOnce(c, `POST /${id}/retry`, async ({ body, caller, submission }) => {
          const fields = body.byteLength === 0 ? {} : parseJsonBody(body, retryBody);
          return retryGeneration(service, caller, id, { body: fields, submission });
        });
      },
    ],
  };
}
