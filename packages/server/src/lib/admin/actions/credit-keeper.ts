import type { GenerationSummary } from "../../ports/store/operator-counts.js";
import type { Billing } from "../../service/credits/billing.js";
import type { OperatorService } from "../../service/operator-access.js";

/** Max generations that are read to find the newest one with a price. */
const maxRead = 10;

/** The states that a cancel ends at once, with a refund. It flags the others for the worker. */
const endedByCancel: readonly GenerationSummary["state"][] = ["queued", "retry_wait"];

/** The message for an action whose refund this process cannot write. */
export const refundedByHost =
  "The credits are in a table of the host, and only the host's own processes have the statement that refunds them (sameDatabase). Use the operator page of the host's server.";

/** Whether an action needs the `give` statement of the host's `sameDatabase`, which this process does not have. */
export function needsHostStatement(
  { creditsIn, state }: Pick<GenerationSummary, "creditsIn" | "state">,
  { action, billing }: { readonly action: string; readonly billing: Billing | null },
): boolean {
  if (creditsIn !== "hostTable" || billing?.host?.kind === "sameDatabase") return false;
  return action === "end" || (action === "cancel" && endedByCancel.includes(state));
}

/**
 * Whether the host keeps the credits of an account itself. Without the host's options, the newest generation with a price
 * decides.
 */
export async function isKeptByHost(
  { billing, hasHostOptions, store }: Pick<OperatorService, "billing" | "hasHostOptions" | "store">,
  accountId: string,
): Promise<boolean> {
  if (hasHostOptions) return billing?.host !== undefined;
  const { entries } = await store.listCredits({ accountId, limit: 50, before: null });
  const ids = new Set(entries.flatMap(({ generationId }) => (generationId === null ? [] : [generationId])));
  for (const id of [...ids].slice(0, maxRead)) {
    const detail = await store.getDetail({ id });
    if (detail !== null && detail.summary.credits > 0) return detail.summary.creditsIn !== "ledger";
  }
  return false;
}
