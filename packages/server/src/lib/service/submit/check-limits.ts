import { uploadMentionsIn } from "../../generation/upload-reference.js";
import type { Caller } from "../../model/define-model.js";
import type { SubmitRefusal } from "../../ports/store/submit-commands.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import type { PendingSubmit } from "./pending-submits.js";
import { activeCapHeaders, rateLimitHeaders } from "./rate-limit-headers.js";

/** `Retry-After` at the active cap. The next end is unknown; a retry at this interval costs little. */
const activeCapRetryMs = 5_000;

/** Max submits of one owner that wait for `beforeSubmit` in this process, if the host sets no active cap. */
const maxPending = 100;

/**
 * Whether the checks before the commit mark uploads as used, or call the host: `beforeSubmit`, `teams.visibility` or its credit
 * system. The limits are then checked first.
 */
export function hasCostlyChecks(
  { billing, hooks, teams }: Pick<ServiceContext, "billing" | "hooks" | "teams">,
  {
    caller,
    credits,
    inputs,
  }: { readonly caller: Caller; readonly credits: number; readonly inputs: readonly unknown[] },
): boolean {
  if (hooks.beforeSubmit !== undefined) return true;
  if (teams.visibility !== null && caller.teamId !== undefined) return true;
  if (billing?.host !== undefined && credits > 0) return true;
  return inputs.some((input) => uploadMentionsIn(input).length > 0);
}

/**
 * Refuses a submit that the commit would refuse for a limit or the balance, before its uploads are marked as used and
 * before the host moderates it. Earlier submits that are still pending count as committed. The commit checks again.
 *
 * @throws {ServiceError} rate_limited, refund_budget_spent, too_many_active, insufficient_credits
 */
export async function checkLimits(
  context: ServiceContext,
  { caller, credits, pending }: { readonly caller: Caller; readonly credits: number; readonly pending: PendingSubmit },
): Promise<void> {
  const { billing, limits, store } = context;
  if (limits.maxActive === null && pending.ahead() >= maxPending) {
    throw new ServiceError(
      "rate_limited",
      "Too many submits wait for their check. Retry after the time in Retry-After.",
      {
        retryAfterMs: activeCapRetryMs,
        headers: rateLimitHeaders(limits, null),
      },
    );
  }
  const { ownerId, accountId } = caller;
  const initialGrant = billing?.initialGrant ?? 0;
  // The host decides about credits that it keeps.
  const ownCredits = billing?.host === undefined ? credits : 0;
  const query = { ownerId, accountId, credits: ownCredits, limits, initialGrant, pending: pending.ahead };
  const refusal = await store.checkSubmit(query);
  if (refusal !== null) throw refusedByLimit(context, refusal);
}

/** The error of a submit that a limit, the balance or a released hold refuses. */
export function refusedByLimit(
  { limits }: Pick<ServiceContext, "limits">,
  refusal: SubmitRefusal | { readonly type: "hold_released" | "balance_refused" },
): ServiceError {
  switch (refusal.type) {
    // `withHolds` reports it with the balance.
    case "balance_refused":
      return new ServiceError("insufficient_credits");
    case "hold_released":
      return new ServiceError("unavailable", "Reserving the credits took too long. Send the same request again.", {
        retryAfterMs: activeCapRetryMs,
      });
    case "rate_limited":
      return new ServiceError(
        "rate_limited",
        "Too many submits in a short time. Retry after the time in Retry-After.",
        {
          retryAfterMs: refusal.rate.retryAfterMs,
          headers: rateLimitHeaders(limits, refusal.rate),
        },
      );
    case "refund_budget_spent": {
      const { retryAfterMs } = refusal;
      const detail = "Too many of your recent generations ended with a refund. Retry after the time in Retry-After.";
      return new ServiceError("refund_budget_spent", detail, { retryAfterMs });
    }
    case "too_many_active":
      return new ServiceError(
        "too_many_active",
        `At most ${limits.maxActive} generations may be in progress at once.`,
        {
          activeIds: refusal.activeIds,
          retryAfterMs: activeCapRetryMs,
          headers: activeCapHeaders(limits),
        },
      );
    case "insufficient_credits": {
      const { required, available } = refusal;
      const detail = `This generation costs ${required} credits; the account holds ${available}.`;
      return new ServiceError("insufficient_credits", detail, { required, available });
    }
  }
}
