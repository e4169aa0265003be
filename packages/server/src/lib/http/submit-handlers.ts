import { headerNames } from "@safelight/client/contract";
import type { Context } from "hono";
import { replaySubmission } from "../service/replay-submission.js";
import { retryGeneration } from "../service/retry-generation.js";
import { toSubmissionKey } from "../service/submission-key.js";
import { submitGeneration } from "../service/submit-generation.js";
import type { SubmitResult } from "../service/submit-result.js";
import { toWholeSeconds } from "../service/whole-seconds.js";
import type { Handlers } from "./handlers.js";
import { parseJsonBody, readJsonBytes } from "./json-body.js";
import { retryBody, submitBody } from "./request-schemas.js";
import { type RouterEnv, type RouterOptions, replyOf } from "./router-context.js";

/** Submit and retry: what an idempotency key makes safe to send again. */
export function submitHandlers(options: RouterOptions): Pick<Handlers, "submit" | "retry"> {
  const { service, basePath, publicOrigin, maxBodyBytes } = options;

  /** Reads the body once, and looks the key up before anything of it is parsed. */
  const readSubmission = async (c: Context<RouterEnv>, route: string) => {
    const body = await readJsonBytes(c, maxBodyBytes);
    const key = c.req.header(headerNames.idempotencyKey);
    const submission = key === undefined ? null : await toSubmissionKey({ key, route, body });
    const replay = submission === null ? null : await replaySubmission(service, c.var.caller, submission);
    return { body, submission, replay };
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
      async (c) => {
        const { body, submission, replay } = await readSubmission(c, "POST /");
        if (replay !== null) return answer(c, replay);
        const fields = parseJsonBody(body, submitBody);
        return answer(c, await submitGeneration(service, c.var.caller, fields, { submission, retryOf: null }));
      },
    ],
    retry: [
      async (c) => {
        const id = c.req.param("id") ?? "";
        const { body, submission, replay } = await readSubmission(c, `POST /${id}/retry`);
        if (replay !== null) return answer(c, replay);
        const fields = body.byteLength === 0 ? {} : parseJsonBody(body, retryBody);
        return answer(c, await retryGeneration(service, c.var.caller, id, { body: fields, submission }));
      },
    ],
  };
}
