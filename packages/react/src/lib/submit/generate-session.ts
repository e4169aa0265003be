import { SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { createEmitter } from "../connection/emitter.js";
import { lateModule, loadModule, withModule } from "../connection/late-module.js";
import type { Live } from "../connection/live-interface.js";
import { adoptActive } from "./adopt-active.js";
import { type PendingSubmission, pendingSubmissionsOf, type SubmissionRequest } from "./pending-submissions.js";
import { recordSubmission } from "./record-submission.js";
import type { GenerateSession } from "./session-interface.js";
import { initialSessionState, reduceSession } from "./session-state.js";

/** Default of `doubleSubmitWindowMs`. */
const doubleSubmitWindowMs = 1_000;

/** The code that sends submissions and follows them. A page loads it when `useGenerate` is mounted. */
export const followerModule = /* @__PURE__ */ lateModule(() => import("./session-follower.js"));

/** Keys of the actions that were recorded before the code that sends them was loaded. */
const recordedKeys = /* @__PURE__ */ new Set<string>();

/** Creates the session of a hook instance. It shows a known active generation at once. */
export function createGenerateSession(
  live: Live,
  { client, options }: Pick<GenerateSession, "client" | "options">,
): GenerateSession {
  const changes = createEmitter<void>();
  let state = initialSessionState(options.resume ?? true);
  const session: GenerateSession = {
    live,
    client,
    options,
    getState: () => state,
    dispatch: (action) => {
      const before = state;
      state = reduceSession(state, action);
      if (state !== before) changes.emit();
    },
    subscribe: (listener) => {
      const unsubscribe = changes.subscribe(listener);
      const stopFollowing = withModule(followerModule, { run: ({ followSession }) => followSession(session) });
      if (state.mayAdopt) void live.queryClient.prefetchQuery(live.active);
      return () => {
        unsubscribe();
        stopFollowing();
      };
    },
    send: (request) => send(session, request),
    ownerEpoch: live.owner.epoch,
    inFlight: new Set(),
    watched: new Set(),
    followed: new Set(),
    announced: new Set(),
  };
  adoptActive(session);
  return session;
}

async function send(session: GenerateSession, request: SubmissionRequest): Promise<Generation> {
  const { live, client, options } = session;
  const windowMs = options.doubleSubmitWindowMs ?? doubleSubmitWindowMs;
  let recorded: PendingSubmission | undefined;
  session.dispatch({ type: "acted" });
  try {
    if (followerModule.loaded === null) {
      const mayReuse = ({ idempotencyKey }: PendingSubmission) => windowMs > 0 || !recordedKeys.has(idempotencyKey);
      recorded = recordSubmission(live, { request, client, mayReuse });
      recordedKeys.add(recorded.idempotencyKey);
      session.dispatch({ type: "submitted", submission: recorded, isOwn: true, generation: null, error: null });
    }
    const { startSubmission } = followerModule.loaded ?? (await loadFollower(live, recorded));
    return startSubmission(session, { request, client, windowMs, recorded }).promise;
  } catch (cause) {
    // Otherwise the host's `createId` has thrown.
    const error =
      cause instanceof SafelightError ? cause : new SafelightError("invalid_input", "createId has thrown", { cause });
    session.dispatch({ type: "failed", error });
    throw error;
  }
}

/** After a failure, another click tries again with the same key. */
async function loadFollower(live: Live, recorded: PendingSubmission | undefined) {
  try {
    return await loadModule(followerModule);
  } catch (cause) {
    if (recorded) pendingSubmissionsOf(live).replace(recorded.idempotencyKey, { ...recorded, isReported: true });
    throw new SafelightError("network", "The code that submits could not be loaded: try again", { cause });
  }
}
