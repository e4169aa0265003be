import type { AttemptRecord } from "../../generation/generation-record.js";
import type { CancelOutcome, LookupOutcome, OperationStatus, Provider } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { Step } from "../context/step.js";
import { parseCancelOutcome, parseLookupOutcome, parseOperationStatus } from "./provider-answers.js";

/** Timeout of a cancel or a lookup. The worker retries later, so that a slow vendor does not block other work. */
const answerLimitMs = 30_000;
/** Timeout of a poll. It is longer because the response may contain the outputs. */
const pollLimitMs = 120_000;

/** The provider's optional methods besides the paid request. */
type Question = "poll" | "cancel" | "findByToken";

/** A provider that implements the method. */
type Having<Q extends Question> = Provider<unknown> & Required<Pick<Provider<unknown>, Q>>;

/** Whether a provider implements a method. `null`: this worker does not have the provider. */
export function canBeAsked<Q extends Question>(provider: Provider<unknown> | null, question: Q): provider is Having<Q> {
  return provider !== null && provider[question] !== undefined;
}

/**
 * Polls a job.
 *
 * @returns `null` when the response cannot be parsed.
 * @throws when the provider throws, or does not respond in time.
 */
export async function askForStatus(
  { claim, context, lease }: Step,
  attempt: AttemptRecord,
  provider: Having<"poll">,
): Promise<OperationStatus | null> {
  const { maxOutputBytes } = context;
  const known = {
    input: claim.parsedInput,
    token: attempt.token,
    ...(maxOutputBytes !== undefined && { maxOutputBytes }),
  };
  context.onCrashPoint?.("P9");
  const answer = await withinTime(
    context.clock,
    { limitMs: pollLimitMs, signal: lease.signal, what: "poll" },
    (signal) => provider.poll(attempt.operation, { ...known, signal }),
  );
  return parseOperationStatus(answer);
}

/** Like `askForStatus`, but cancels the job. */
export async function askToCancel(
  { context, lease }: Step,
  attempt: AttemptRecord,
  provider: Having<"cancel">,
): Promise<CancelOutcome | null> {
  const limits = { limitMs: answerLimitMs, signal: lease.signal, what: "cancel" };
  return parseCancelOutcome(
    await withinTime(context.clock, limits, (signal) => provider.cancel(attempt.operation, { signal })),
  );
}

/** Like `askForStatus`, but finds a job without a known operation by its token; an invalid response is `unknown`. */
export async function askForJob(
  { context, lease }: Step,
  attempt: AttemptRecord,
  provider: Having<"findByToken">,
): Promise<LookupOutcome> {
  const limits = { limitMs: answerLimitMs, signal: lease.signal, what: "findByToken" };
  return parseLookupOutcome(
    await withinTime(context.clock, limits, (signal) => provider.findByToken(attempt.token, { signal })),
  );
}
