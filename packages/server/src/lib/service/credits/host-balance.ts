import { errorLine } from "../../ports/error-text.js";
import { withinTime } from "../../process/within-time.js";
import type { ServiceContext } from "../service-context.js";
import type { Billing } from "./billing.js";

/** Max time of the host's read, in milliseconds: it delays a response. */
const limitMs = 5_000;

/**
 * Reads a balance that the host keeps; `null` if it reports none.
 *
 * @throws the error of the host's function, an error after 5 seconds, or a TypeError for an invalid balance
 */
export async function readHostBalance(
  { clock }: Pick<ServiceContext, "clock">,
  { accountId, host }: { readonly accountId: string; readonly host: NonNullable<Billing["host"]> },
): Promise<number | null> {
  if (host.balance === undefined) return null;
  const what = "credits.balance";
  const balance: unknown = await withinTime({ clock, limitMs, what }, async () => host.balance?.(accountId));
  if (balance === null || (typeof balance === "number" && Number.isSafeInteger(balance) && balance >= 0))
    return balance;
  throw new TypeError(`credits.balance must return a whole number of at least 0, or null, not ${String(balance)}.`);
}

/**
 * Returns the `credits` of a response: `null` if the host does not bill, or its balance is unknown. Never rejects: a failed read
 * of the host's balance must not fail a committed submit.
 *
 * @param account.balance the balance in the ledger; ignored if the host keeps the credits.
 */
export async function shownCredits(
  context: Pick<ServiceContext, "billing" | "clock" | "logger">,
  { accountId, balance }: { readonly accountId: string; readonly balance: number },
): Promise<{ readonly balance: number } | null> {
  const { billing, logger } = context;
  if (billing === null) return null;
  if (billing.host === undefined) return { balance };
  try {
    const own = await readHostBalance(context, { accountId, host: billing.host });
    return own === null ? null : { balance: own };
  } catch (error) {
    logger.warn("Could not read a balance from the host's credit system; the response has none.", {
      event: "balance.not_read",
      error: errorLine(error),
    });
    return null;
  }
}
