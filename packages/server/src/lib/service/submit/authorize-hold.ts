import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { Authorization, HostCredits } from "../../ledger/authorizing.js";
import type { Caller } from "../../model/define-model.js";
import { errorLine } from "../../ports/error-text.js";
import type { OpenHold } from "../../ports/store/hold-store.js";
import { interruptible } from "../../process/interruptible.js";
import { withinTime } from "../../process/within-time.js";
import { clientDisconnected } from "../errors/client-disconnected.js";
import { fromHost } from "../errors/from-host.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import type { PendingSubmit } from "./pending-submits.js";

/**
 * Age at which the unused hold of a submit with one generation is released, in milliseconds. Two calls of `authorize` and the
 * commit take less.
 */
export const releaseAfterMs = 300_000;
/** `Retry-After` of a submit whose credits could not be reserved. */
const retryAfterMs = 5_000;
const maxReferenceLength = 1_024;

/** One hold to reserve in the host's own system. */
export interface HoldToAuthorize {
  readonly caller: Caller;
  readonly host: HostCredits;
  readonly hold: OpenHold;
  readonly model: string;
  readonly pending: Pick<PendingSubmit, "keep">;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal | undefined;
}

/** The host's decision on a hold. */
interface HoldDecision {
  readonly authorization: Authorization;
  /** Whether an earlier call for the hold has an unknown outcome. */
  readonly isRepeated: boolean;
}

/**
 * Calls `authorize`. After an error, the same key is sent once more: the first call may have had no effect.
 *
 * @throws {ServiceError} unavailable if the outcome is unknown.
 * @throws {InvalidDecision} if the host returns an invalid decision or reference.
 */
export async function callAuthorize(context: ServiceContext, request: HoldToAuthorize): Promise<HoldDecision> {
  let isRepeated = false;
  const repeat = (error: unknown) => {
    if (ServiceError.isInstance(error)) throw error;
    isRepeated = true;
    return callOnce(context, { ...request, isRepeated });
  };
  try {
    const authorization = await callOnce(context, { ...request, isRepeated }).catch(repeat);
    const fault = faultOf(authorization);
    if (fault === null) return { authorization, isRepeated };
    // Not repeated: the host has decided, and a repeat returns the same. Whether it holds credits is unknown.
    context.logger.error("credits.authorize returned an invalid decision; the hold will be released.", {
      event: "hold.decision_invalid",
      generationId: request.hold.key,
      error: fault,
    });
    throw new InvalidDecision(fault);
  } catch (cause) {
    if (cause instanceof InvalidDecision) throw cause;
    context.logger.warn("Could not reserve credits in the host's credit system; the hold will be released.", {
      event: "hold.outcome_unknown",
      generationId: request.hold.key,
      error: errorLine(cause),
    });
    if (ServiceError.isInstance(cause)) throw cause;
    const detail = "The credits could not be reserved. Send the same request again.";
    throw new ServiceError("unavailable", detail, { cause, retryAfterMs });
  }
}

/**
 * Calls `authorize` once. The submit ends when the client disconnects or after the time limit. The call continues, and its
 * late result releases the hold.
 */
async function callOnce(
  context: ServiceContext,
  request: HoldToAuthorize & { readonly isRepeated: boolean },
): Promise<Authorization> {
  const { caller, hold, host, model, signal } = request;
  const isDisconnected = () => signal?.aborted === true;
  if (isDisconnected()) throw clientDisconnected();
  let isSettled = false;
  let result: Promise<Authorization> | undefined;
  const call = fromHost({ clock: context.clock, what: "credits.authorize" }, (ended) => {
    result = authorize(host, { ...hold, ownerId: caller.ownerId, model, signal: ended }).finally(() => {
      isSettled = true;
    });
    return result;
  });
  try {
    return await (signal === undefined ? call : interruptible(signal, call));
  } catch (error) {
    if (result !== undefined && !isSettled) awaitLateResult(context, { ...request, result });
    throw isDisconnected() ? clientDisconnected() : error;
  }
}

/** Until the late result, the submit counts as pending: its owner may have no more holds than submits. */
function awaitLateResult(
  { clock, dispatcher, pendingHolds, store }: ServiceContext,
  {
    hold: { key },
    isRepeated,
    pending,
    result,
  }: HoldToAuthorize & { readonly isRepeated: boolean; readonly result: Promise<Authorization> },
): void {
  const endPending = pending.keep(clock.now() + releaseAfterMs);
  const release = async () => {
    const limit = { clock, limitMs: releaseAfterMs, what: "A late result of credits.authorize" };
    const authorization = await withinTime(limit, () => result);
    if (faultOf(authorization) !== null) return;
    const { authorized } = authorization;
    // The outcome of the first call stays unknown.
    if (!authorized && isRepeated) return;
    await store.endHolds(authorized ? { refused: [], unused: [key] } : { refused: [key], unused: [] });
    if (authorized) dispatcher.enqueue({ generationId: null, dueInMs: 0 });
    endPending();
  };
  pendingHolds.track(release());
}

/** Rejects if the host's function throws. */
async function authorize(host: HostCredits, request: Parameters<HostCredits["authorize"]>[0]): Promise<Authorization> {
  return host.authorize(request);
}

/** A fault in the host's code: the submit fails with `internal`. */
class InvalidDecision extends TypeError {}

/** The fault of a decision, and the fix; `null` if it is valid. A host without types may return any value. */
function faultOf(decision: Partial<Record<"authorized" | "reference", unknown>> | null | undefined): string | null {
  if (typeof decision?.authorized !== "boolean") {
    return "credits.authorize must return { authorized: true, reference? } or { authorized: false, available? }.";
  }
  const { authorized, reference = null } = decision;
  if (!authorized || reference === null) return null;
  const isText = typeof reference === "string" && reference.length > 0 && reference.length <= maxReferenceLength;
  if (isText && invalidTextReason(reference) === null) return null;
  return `The reference of credits.authorize must be a text of 1 to ${maxReferenceLength} characters.`;
}
