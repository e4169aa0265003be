import { createdAtOf } from "../../generation/generation-id.js";
import type { HostCredits } from "../../ledger/authorizing.js";
import type { DatabaseCredits } from "../../ledger/same-database.js";
import type { Caller } from "../../model/define-model.js";
import type { OpenHold } from "../../ports/store/hold-store.js";
import type { SubmitCommand } from "../../ports/store/submit-commands.js";
import { readHostBalance } from "../credits/host-balance.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import { callAuthorize, releaseAfterMs } from "./authorize-hold.js";
import { maxManyInputs } from "./check-many-body.js";
import type { PendingSubmit } from "./pending-submits.js";

/** Max parallel calls of `authorize`, for a submit of several generations. */
const maxCalls = 10;
/** `Retry-After` of a duplicate submit while the first one holds credits. */
const duplicateRetryAfterMs = 2_000;
/** Max time of parallel calls with their repeats, in milliseconds: twice the time limit of a function of the host. */
const maxCallsMs = 60_000;
/** Age up to which a duplicate is found, in milliseconds: longer than an unused hold is open. */
const maxDuplicateAgeMs = 2 * releaseAfterMsOf(maxManyInputs);

/** The hold of each generation, by its id. Free generations have none. */
export type Holds = ReadonlyMap<string, NonNullable<SubmitCommand["hold"]>>;

/** The credits to reserve for one submit. */
export interface HoldRequest {
  readonly caller: Caller;
  readonly model: string;
  readonly priced: readonly Pick<SubmitCommand, "id" | "credits">[];
  /** Hash of the idempotency key; `null` without one. */
  readonly keyHash: string | null;
  readonly pending: PendingSubmit;
  readonly signal: AbortSignal | undefined;
}

/** The outcomes of `authorize`, by key. A key in none of them has an unknown outcome. */
interface Outcomes {
  readonly holds: Map<string, { readonly reference: string | null }>;
  /** Keys that the host refused or never received: there is nothing to release. */
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
  const { keyHash } = request;
  await store.openHolds({ holds: open, keyHash, releaseAfterMs: releaseAfterMsOf(open.length) });
  const outcomes: Outcomes = { holds: new Map(), refused: [] };
  const held = holdAndCommit(context, { ...request, commit, host: billing.host, open, outcomes });
  context.pendingHolds.track(held);
  return held;
}

async function holdAndCommit<Verdict extends { readonly type: string }>(
  context: ServiceContext,
  { commit, ...request }: HostHoldRequest & { readonly commit: (holds: Holds) => Promise<Verdict> },
): Promise<Verdict> {
  const { outcomes } = request;
  try {
    await authorizeAll(context, request);
  } catch (error) {
    await endHolds(context, outcomes);
    throw (await heldByDuplicate(context, { ...request, error })) ?? error;
  }
  const verdict = await commit(outcomes.holds);
  if (verdict.type !== "accepted") await endHolds(context, outcomes);
  return verdict;
}

/** The first holds of a submit stay open until the last calls have ended, because one commit uses all of them. */
function releaseAfterMsOf(holds: number): number {
  return releaseAfterMs + (Math.ceil(holds / maxCalls) - 1) * maxCallsMs;
}

/**
 * The error of a submit that the host refused while a duplicate of it holds the credits, also in another process: the client may
 * send the request again, and gets the same outcome. `null` if there is none.
 */
async function heldByDuplicate(
  { store }: ServiceContext,
  {
    caller: { accountId },
    error,
    keyHash,
    open,
  }: HoldRequest & { readonly error: unknown; readonly open: readonly OpenHold[] },
): Promise<ServiceError | null> {
  if (keyHash === null || !ServiceError.isInstance(error) || error.code !== "insufficient_credits") return null;
  const keys = open.map(({ key }) => key);
  const since = createdAtOf(keys[0] ?? "") - maxDuplicateAgeMs;
  const hasDuplicate = await store.hasHeldDuplicate({ accountId, keyHash, keys, since });
  if (!hasDuplicate) return null;
  const detail = "A duplicate of this request is in progress. Send the same request again.";
  return new ServiceError("unavailable", detail, { cause: error, retryAfterMs: duplicateRetryAfterMs });
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

/**
 * Calls `authorize` for up to `maxCalls` holds in parallel. After a refusal or an error, awaits the calls in flight, calls no
 * further ones and throws.
 */
async function authorizeAll(context: ServiceContext, request: HostHoldRequest): Promise<void> {
  const { open, outcomes } = request;
  for (let first = 0; first < open.length; first += maxCalls) {
    const calls = open.slice(first, first + maxCalls).map((hold) => authorizeOne(context, { ...request, hold }));
    const results = await Promise.allSettled(calls);
    const failed = results.find((result) => result.status === "rejected");
    const refusals = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (failed === undefined && refusals.length === 0) continue;
    outcomes.refused.push(...open.slice(first + maxCalls).map(({ key }) => key));
    throw failed?.reason ?? insufficientCredits(open, { refusals, held: heldCredits(open, outcomes) });
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
  const refused = (reason: string, facts: { readonly available?: number } = {}) =>
    new ServiceError("insufficient_credits", `This costs ${required} credits; ${reason}.`, { required, ...facts });
  if (available === null) return refused("the account holds fewer");
  // The host refused for another reason, such as a limit of its own.
  if (available >= required) return refused("the charge was refused");
  return refused(`the account holds ${available}`, { available });
}
