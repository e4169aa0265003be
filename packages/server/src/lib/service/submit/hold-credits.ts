import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { Authorization, HostCredits } from "../../ledger/authorizing.js";
import type { DatabaseCredits } from "../../ledger/same-database.js";
import type { Caller } from "../../model/define-model.js";
import { errorLine } from "../../ports/error-text.js";
import type { OpenHold } from "../../ports/store/hold-store.js";
import type { SubmitCommand } from "../../ports/store/submit-commands.js";
import { readHostBalance } from "../credits/host-balance.js";
import { fromHost } from "../errors/from-host.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";

/** Longer than both calls of `authorize` and the commit: the release of a hold must not overtake its submit. */
const releaseAfterMs = 300_000;
/** Max parallel calls of `authorize`, for a submit of several generations. */
const maxCalls = 10;
const maxReferenceLength = 1_024;
/** `Retry-After` of a submit whose credits could not be reserved. */
const retryAfterMs = 5_000;

/** The hold of each generation, by its id. Free generations have none. */
export type Holds = ReadonlyMap<string, NonNullable<SubmitCommand["hold"]>>;

/** The credits to reserve for one submit. */
export interface HoldRequest {
  readonly caller: Caller;
  readonly model: string;
  readonly priced: readonly Pick<SubmitCommand, "id" | "credits">[];
  readonly signal: AbortSignal | undefined;
}

/** The outcomes of `authorize`, by key. A key in none of them has an unknown outcome. */
interface Outcomes {
  readonly holds: Map<string, { readonly reference: string | null }>;
  readonly refused: string[];
}

/**
 * Reserves the credits in the host's own system, then commits. A hold is recorded before the host is called, so that the outbox
 * releases it if this process crashes. If the commit refuses the submit, the hold is released at once. If the commit or a call
 * has an unknown outcome, the outbox releases the hold when no commit can use it any more.
 *
 * @param request.commit receives the holds; none if the ledger keeps the credits.
 * @throws {ServiceError} insufficient_credits; unavailable if the outcome of a call is unknown
 * @throws {TypeError} if the host returns an invalid decision or reference
 */
export async function withHolds<Verdict extends { readonly type: string }>(
  context: ServiceContext,
  { commit, ...request }: HoldRequest & { readonly commit: (holds: Holds) => Promise<Verdict> },
): Promise<Verdict> {
  const { billing, store } = context;
  const { accountId } = request.caller;
  const open = request.priced.flatMap(({ credits, id }) => (credits > 0 ? [{ key: id, accountId, credits }] : []));
  if (billing?.host === undefined || open.length === 0) return commit(new Map());
  if (billing.host.kind === "sameDatabase")
    return takeCredits(context, { ...request, commit, open, host: billing.host });
  await store.openHolds({ holds: open, releaseAfterMs });
  const outcomes: Outcomes = { holds: new Map(), refused: [] };
  try {
    await authorizeAll(context, { ...request, host: billing.host, open, outcomes });
  } catch (error) {
    await endHolds(context, outcomes);
    throw error;
  }
  const verdict = await commit(outcomes.holds);
  if (verdict.type !== "accepted") await endHolds(context, outcomes);
  return verdict;
}

/** Lets the store take the credits from the host's table in its commit. */
async function takeCredits<Verdict extends { readonly type: string }>(
  context: ServiceContext,
  {
    caller: { accountId },
    commit,
    host,
    open,
  }: HoldRequest & {
    readonly commit: (holds: Holds) => Promise<Verdict>;
    readonly host: DatabaseCredits;
    readonly open: readonly OpenHold[];
  },
): Promise<Verdict> {
  const verdict = await commit(new Map(open.map(({ key }) => [key, "same_database"])));
  if (verdict.type !== "balance_refused") return verdict;
  const available = await readHostBalance(context, { accountId, host }).catch(() => null);
  throw insufficientCredits(open, { refusals: [available], held: 0 });
}

/** Releases the holds of a refused submit, and wakes the worker. Errors are ignored: the outbox releases the holds later. */
async function endHolds(context: ServiceContext, { holds, refused }: Outcomes): Promise<void> {
  const unused = [...holds.keys()];
  if (unused.length + refused.length === 0) return;
  await context.store.endHolds({ unused, refused }).catch(() => {});
  context.dispatcher.enqueue({ generationId: null, dueInMs: 0 });
}

/** A hold request to the host's own system. `outcomes` collects the results of its calls. */
type HostHoldRequest = HoldRequest & {
  readonly host: HostCredits;
  readonly open: readonly OpenHold[];
  readonly outcomes: Outcomes;
};

/** Calls `authorize` for up to `maxCalls` holds in parallel. After a refusal or an error, awaits the calls in flight and throws. */
async function authorizeAll(context: ServiceContext, request: HostHoldRequest): Promise<void> {
  const { open, outcomes } = request;
  for (let first = 0; first < open.length; first += maxCalls) {
    const calls = open.slice(first, first + maxCalls).map((hold) => authorizeOne(context, { ...request, hold }));
    const results = await Promise.allSettled(calls);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const refusals = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (refusals.length > 0) throw insufficientCredits(open, { refusals, held: heldCredits(open, outcomes) });
  }
}

/** Returns the credits that the host reports with a refusal, `null` if it reports none; no items if it authorized. */
async function authorizeOne(
  context: ServiceContext,
  request: HostHoldRequest & { readonly hold: OpenHold },
): Promise<readonly (number | null)[]> {
  const { hold, outcomes } = request;
  const { key } = hold;
  const { authorization, isRepeated } = await callAuthorize(context, request);
  if (authorization.authorized) {
    outcomes.holds.set(key, { reference: authorization.reference ?? null });
    return [];
  }
  // A refusal of the repeat does not end the hold: the failed call may still arrive and hold credits. The outbox releases them.
  if (!isRepeated) outcomes.refused.push(key);
  const { available } = authorization;
  return [available !== undefined && Number.isSafeInteger(available) && available >= 0 ? available : null];
}

/** After an error, the same key is sent once more: the first call may have had no effect. */
async function callAuthorize(
  { clock, logger }: ServiceContext,
  { caller: { ownerId }, hold, host, model, signal }: HostHoldRequest & { readonly hold: OpenHold },
): Promise<{ readonly authorization: Authorization; readonly isRepeated: boolean }> {
  let isRepeated = false;
  const call = () =>
    fromHost({ clock, signal, what: "credits.authorize" }, (ended) =>
      host.authorize({ ...hold, ownerId, model, signal: ended }),
    );
  const repeat = (error: unknown) => {
    if (ServiceError.isInstance(error)) throw error;
    isRepeated = true;
    return call();
  };
  try {
    const authorization = await call().catch(repeat);
    const fault = faultOf(authorization);
    if (fault === null) return { authorization, isRepeated };
    // Not repeated: the host has decided, and a repeat returns the same. Whether it holds credits is unknown.
    logger.error("credits.authorize returned an invalid decision; the hold will be released.", {
      event: "hold.decision_invalid",
      generationId: hold.key,
      error: fault,
    });
    throw new InvalidDecision(fault);
  } catch (cause) {
    if (cause instanceof InvalidDecision) throw cause;
    logger.warn("Could not reserve credits in the host's credit system; the hold will be released.", {
      event: "hold.outcome_unknown",
      generationId: hold.key,
      error: errorLine(cause),
    });
    if (ServiceError.isInstance(cause)) throw cause;
    const detail = "The credits could not be reserved. Send the same request again.";
    throw new ServiceError("unavailable", detail, { cause, retryAfterMs });
  }
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

function heldCredits(open: readonly OpenHold[], { holds }: Outcomes): number {
  return open.reduce((sum, { credits, key }) => (holds.has(key) ? sum + credits : sum), 0);
}

/** The holds of this submit count as available, because they are released. */
function insufficientCredits(
  open: readonly OpenHold[],
  { held, refusals }: { readonly held: number; readonly refusals: readonly (number | null)[] },
): ServiceError {
  const required = open.reduce((sum, { credits }) => sum + credits, 0);
  const known = refusals.filter((available) => available !== null);
  const available = known.length === 0 ? null : Math.min(...known) + held;
  const has = available === null ? "the account holds fewer" : `the account holds ${available}`;
  const detail = `This costs ${required} credits; ${has}.`;
  return new ServiceError("insufficient_credits", detail, { required, ...(available !== null && { available }) });
}
