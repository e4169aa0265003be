import type { JsonObject, SubmitBody } from "@safelight/client/contract";
import type { Caller } from "../model/define-model.js";
import type { SubmissionKey } from "../ports/store/store-commands.js";
import { cancelGeneration } from "../service/change/cancel-generation.js";
import { deleteGeneration } from "../service/change/delete-generation.js";
import { markSeen } from "../service/change/mark-seen.js";
import { listCredits } from "../service/credits/list-credits.js";
import { adjustCredits, grantCredits, spendCredits } from "../service/credits/move-credits.js";
import { invalidInput } from "../service/errors/invalid-input.js";
import { toServiceError } from "../service/errors/to-service-error.js";
import { uploadInput } from "../service/inputs/upload-input.js";
import { requireCaller, toCaller } from "../service/owners/caller.js";
import { deleteOwner, transferOwner } from "../service/owners/owner-lifecycle.js";
import { listActive, listChanges } from "../service/read/list-active.js";
import { listGenerations } from "../service/read/list-generations.js";
import { listModels } from "../service/read/list-models.js";
import { readGeneration } from "../service/read/read-generation.js";
import type { ServiceContext } from "../service/service-context.js";
import { retryGeneration } from "../service/submit/retry-generation.js";
import { toSubmissionKey } from "../service/submit/submission-key.js";
import { submitGeneration } from "../service/submit/submit-generation.js";
import { submitOnce } from "../service/submit/submit-once.js";
import type { SubmitResult } from "../service/submit/submit-result.js";
import { toWireGeneration } from "../service/wire/wire-generation.js";
import type { Api, ApiCaller } from "./api.js";

/** The models of any host. */
type AnyModels = Readonly<Record<string, { readonly input: unknown }>>;

/**
 * The verbs without HTTP. Bodies pass through JSON, as they would on the wire, so that both ways keep the same.
 *
 * @param identify the host's, for callers that are given by their headers.
 */
export function createApi<Models extends AnyModels>(
  context: ServiceContext,
  identify: (request: { readonly headers: Headers }) => Promise<Caller | null>,
): Api<Models> {
  const callerOf = async (caller: ApiCaller): Promise<Caller> =>
    requireCaller("headers" in caller ? await identify(caller) : toCaller(caller));

  /** Answers what the key was used for, else submits. */
  const once = async (
    caller: Caller,
    request: { readonly key: string | undefined; readonly route: string; readonly body: string },
    submit: (submission: SubmissionKey | null) => Promise<SubmitResult>,
  ): Promise<SubmitResult["response"]> => {
    const { key, route, body } = request;
    if (key === undefined) return (await submit(null)).response;
    const submission = await toSubmissionKey({ key, route, body: new TextEncoder().encode(body) });
    return (await submitOnce(context, caller, submission, () => submit(submission))).response;
  };

  return {
    submit: (caller, model, input, options = {}) =>
      answering(async () => {
        const { idempotencyKey, ...fields } = options;
        const body = toJson({ model, input, ...fields });
        const by = await callerOf(caller);
        return once(by, { key: idempotencyKey, route: "POST /", body }, (submission) =>
          // The compiler has seen the fields' types, and `submitGeneration` checks their values.
          submitGeneration(context, by, JSON.parse(body) as SubmitBody, { submission, retryOf: null }),
        );
      }),

    uploadInput: (caller, bytes) => answering(async () => uploadInput(context, await callerOf(caller), bytes)),

    get: (caller, id) =>
      answering(async () => toWireGeneration(context, await readGeneration(context, await callerOf(caller), id))),

    active: (caller, query = {}) => answering(async () => listActive(context, await callerOf(caller), query)),

    changes: (caller, { waitMs = 0, ...query }) =>
      answering(async () => listChanges(context, await callerOf(caller), { ...query, waitMs })),

    list: (caller, query = {}) => answering(async () => listGenerations(context, await callerOf(caller), query)),

    models: async () => listModels(context),

    credits: (caller, query = {}) => answering(async () => listCredits(context, await callerOf(caller), query)),

    cancel: (caller, id) => answering(async () => cancelGeneration(context, await callerOf(caller), id)),

    retry: (caller, id, options = {}) =>
      answering(async () => {
        const body = toJson(options.input === undefined ? {} : { input: options.input });
        const by = await callerOf(caller);
        return once(by, { key: options.idempotencyKey, route: `POST /${id}/retry`, body }, (submission) =>
          retryGeneration(context, by, id, { body: toRetryBody(body), submission }),
        );
      }),

    delete: (caller, id) => answering(async () => deleteGeneration(context, await callerOf(caller), id)),

    markSeen: (caller, ids) => answering(async () => markSeen(context, await callerOf(caller), ids)),

    grantCredits: (grant) => answering(async () => grantCredits(context, grant)),

    adjustCredits: (adjustment) => answering(async () => adjustCredits(context, adjustment)),

    spendCredits: (spending) => answering(async () => spendCredits(context, spending)),

    transferOwner: (transfer) => answering(async () => transferOwner(context, transfer)),

    deleteOwner: (owner) => answering(async () => deleteOwner(context, owner)),
  };
}

/** Gives every refusal the one shape that callers know. */
async function answering<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    throw toServiceError(error) ?? error;
  }
}

function toJson(body: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw invalidInput("The value is not JSON.");
  }
}

function toRetryBody(body: string): { readonly input?: JsonObject } {
  const { input }: { readonly input?: unknown } = JSON.parse(body);
  if (input === undefined) return {};
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw invalidInput("Fields that replace those of the old input.", ["input"]);
  }
  // What `JSON.parse` made and is neither an array nor `null` is a JSON object.
  return { input: input as JsonObject };
}
