import type { SubmitResponse } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { RateState } from "../../ports/store/submit-commands.js";
import { shownCredits } from "../credits/host-balance.js";
import { pollAfterMs } from "../read/poll-pace.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGeneration, type WireGeneration } from "../wire/wire-generation.js";
import { rateLimitHeaders } from "./rate-limit-headers.js";

/** The response to a submit or a retry, and the facts for its HTTP headers. */
export interface SubmitResult {
  readonly response: SubmitResponse<WireGeneration>;
  /** Whether an earlier request used the idempotency key. A replay charges nothing. */
  readonly replayed: boolean;
  readonly pollAfterMs: number;
  readonly rateLimitHeaders: Readonly<Record<string, string>>;
}

/** Creates the result from the stored rows. */
export async function toSubmitResult(
  context: ServiceContext,
  facts: {
    readonly generation: GenerationRecord;
    /** The payer. */
    readonly accountId: string;
    /** The payer's balance in the ledger. Ignored if the host keeps the credits. */
    readonly balance: number;
    readonly rate: RateState | null;
    readonly replayed: boolean;
  },
): Promise<SubmitResult> {
  const { generation, accountId, balance, rate, replayed } = facts;
  const credits = await shownCredits(context, { accountId, balance });
  return {
    response: { generation: await toWireGeneration(context, generation), credits },
    replayed,
    pollAfterMs: pollAfterMs([generation], context.clock.now()),
    rateLimitHeaders: rateLimitHeaders(context.limits, rate),
  };
}
