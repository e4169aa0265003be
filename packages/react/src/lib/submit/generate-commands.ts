import type { Generation, Json, JsonObject } from "@safelight/client/contract";
import { markRejectionHandled } from "./mark-rejection-handled.js";
import type { SubmissionRequest } from "./pending-submissions.js";
import type { GenerateSession } from "./session-interface.js";
import type { SessionState } from "./session-state.js";
import type { GenerateOptions, UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

/** The functions that `useGenerate` returns. */
export type GenerateCommands = Pick<
  UseGenerateResult<Json>,
  "generate" | "generateAsync" | "cancel" | "retry" | "reset"
>;

export function createGenerateCommands(session: GenerateSession): GenerateCommands {
  let sending: Promise<Generation | null> = Promise.resolve(null);
  const send = (request: SubmissionRequest) => {
    const promise = session.send(request);
    sending = promise.catch(() => null);
    return promise;
  };
  const generateAsync = (input: Json, options?: GenerateOptions) =>
    markRejectionHandled(async () => {
      const { model, scope } = session.options;
      return send({ model, scope, input, ...options });
    });
  return {
    generate: (input, options) => void generateAsync(input, options),
    generateAsync,
    cancel: () =>
      markRejectionHandled(async () => {
        const { isSubmitting, isOwn, generation } = session.getState();
        // A submission in flight is canceled once it is accepted. A refused one needs no cancel.
        const target = isSubmitting ? await (isOwn ? sending : settledInFlight(session)) : generation;
        if (!target) return null;
        const by = session.live.owner;
        const canceled = await session.client.cancel(target.id);
        session.live.take(canceled, by);
        return canceled;
      }),
    retry: ({ input } = {}) =>
      markRejectionHandled(async () => {
        // Only an object has fields, and the caller's types require fields of this input.
        const request = retryRequest(session.getState(), {
          ...session.options,
          fields: input as JsonObject | undefined,
        });
        return request && send(request);
      }),
    reset: () => {
      session.inFlight.clear();
      session.watched.clear();
      session.dispatch({ type: "reset", resume: false });
    },
  };
}

/** The request of a retry: a submission that was not accepted again, else the shown generation's input; `null` for none. */
function retryRequest(
  { submission, generation, isAccepted }: SessionState,
  { model, scope, fields }: Pick<UseGenerateOptions, "model" | "scope"> & { readonly fields: JsonObject | undefined },
): SubmissionRequest | null {
  if (generation !== null && isAccepted) return { model, scope, input: fields, retryOf: generation.id };
  if (submission === null) return null;
  const { request } = submission;
  // Fields can only replace those of an object.
  return fields ? { ...request, input: { ...(request.input as JsonObject), ...fields } } : request;
}

/** Resolves when the newest submission of another component with the same model and scope is accepted. */
async function settledInFlight({ inFlight }: GenerateSession): Promise<Generation | null> {
  const newest = [...inFlight].at(-1);
  return newest?.promise.catch(() => null) ?? null;
}
