import type { AttemptRecord } from "../../generation/generation-record.js";
import type { CancelOutcome, LookupOutcome, OperationStatus, Provider } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { Step } from "../context/step.js";
import { parseCancelOutcome, parseLookupOutcome, parseOperationStatus } from "./provider-answers.js";

/** A vendor that does not answer must not keep the worker from those that do: it is asked again later. */
const answerLimitMs = 30_000;
/** The answer to a poll may bring the outputs with it. */
const pollLimitMs = 120_000;

/** What a provider may be asked beyond the paid request; it need not have all of it. */
type Question = "poll" | "cancel" | "findByToken";

/** A provider that can be asked this. */
type Having<Q extends Question> = Provider<unknown> & Required<Pick<Provider<unknown>, Q>>;

/** Tells whether a provider can be asked something; `null` is one that nobody here knows. */
export function canBeAsked<Q extends Question>(provider: Provider<unknown> | null, question: Q): provider is Having<Q> {
  return provider !== null && provider[question] !== undefined;
}

/**
 * Asks how a job is doing.
 *
 * @returns `null` when the answer cannot be understood.
 * @throws when there is none, or none in time.
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

/** As `askForStatus`, for a cancel. */
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

/** As `askForStatus`, for a job whose operation is not known. */
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
