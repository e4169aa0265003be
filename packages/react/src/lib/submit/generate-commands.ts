import { SafelightError } from "@safelight/client";
import type { Json } from "@safelight/client/contract";
import { lateModule, loadModule } from "../connection/late-module.js";
import { markRejectionHandled } from "./mark-rejection-handled.js";
import { type PendingSubmission, pendingSubmissionsOf, type SubmissionRequest } from "./pending-submissions.js";
import { recordEarly } from "./record-submission.js";
import type { GenerateSession } from "./session-interface.js";
import { setSessionState } from "./set-session-state.js";
import type { GenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

/** The functions that `useGenerate` returns. */
export type GenerateCommands = Pick<
  UseGenerateResult<Json>,
  "generate" | "generateAsync" | "cancel" | "retry" | "reset"
>;

type SessionCode = typeof import("./session-commands.js");

/** The code that sends submissions and follows them. A page loads it when `useGenerate` is mounted. */
export const sessionModule = /* @__PURE__ */ lateModule(() => import("./session-commands.js"));

export function createGenerateCommands(session: GenerateSession): GenerateCommands {
  /** Runs a command once its code is loaded: at once if it is. */
  const withCode = <Result>(run: (code: SessionCode) => Promise<Result>, recorded?: PendingSubmission) =>
    markRejectionHandled(async () => run(sessionModule.loaded ?? (await loadCode(session, recorded))));
  const generateAsync = (input: Json, options?: GenerateOptions) => {
    const { model, scope } = session.options;
    const request = { model, scope, input, ...options };
    const recorded = sessionModule.loaded ? undefined : recordAndShow(session, request);
    return withCode(({ submit }) => submit(session, { request, recorded }), recorded);
  };
  return {
    generate: (input, options) => void generateAsync(input, options),
    generateAsync,
    cancel: () => withCode(({ cancel }) => cancel(session)),
    retry: (options) => withCode(({ retry }) => retry(session, options)),
    reset: () => void withCode(async ({ reset }) => reset(session)),
  };
}

/** Records and shows an action before the code that sends it is loaded. */
function recordAndShow(session: GenerateSession, request: SubmissionRequest): PendingSubmission | undefined {
  const { live, client, options } = session;
  const submission = recordEarly(live, { request, client, windowMs: options.doubleSubmitWindowMs });
  if (submission !== undefined) {
    setSessionState(session, {
      ...session.state,
      submission,
      isOwn: true,
      isUnaccepted: true,
      error: null,
      mayResume: false,
      mayAdopt: false,
    });
  }
  return submission;
}

/** After a failure, another click tries again with the same key. */
async function loadCode(session: GenerateSession, recorded: PendingSubmission | undefined): Promise<SessionCode> {
  try {
    return await loadModule(sessionModule);
  } catch (cause) {
    const error = new SafelightError("network", "Could not load the submit code: try again", { cause });
    if (recorded) {
      pendingSubmissionsOf(session.live).put({ ...recorded, hasFailed: true });
      setSessionState(session, { ...session.state, error });
    }
    throw error;
  }
}
