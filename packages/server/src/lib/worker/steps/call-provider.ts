import { maxOutputBytesOf } from "../../generation/output-limits.js";
import type { CancelOutcome, LookupOutcome, OperationStatus, Provider } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import { parseCancelOutcome, parseLookupOutcome, parseOperationStatus } from "./parse-provider-result.js";
import type { AttemptStep } from "./step.js";

/** Timeout of a cancel or a lookup. The worker retries later, so that a slow vendor does not block other work. */
const requestTimeoutMs = 30_000;
/** Timeout of a poll. It is longer because the response may contain the outputs. */
const pollTimeoutMs = 120_000;

/** The provider's optional methods besides the paid request. */
type OptionalMethod = "poll" | "cancel" | "findByToken";

/** A provider that implements the method. */
type ProviderWith<Method extends OptionalMethod> = Provider<unknown> & Required<Pick<Provider<unknown>, Method>>;

/** Whether a provider implements a method. `null`: this worker does not have the provider. */
export function hasMethod<Method extends OptionalMethod>(
  provider: Provider<unknown> | null,
  method: Method,
): provider is ProviderWith<Method> {
  return provider !== null && provider[method] !== undefined;
}

/**
 * Polls the job of the latest attempt.
 *
 * @returns `null` when the response is invalid.
 * @throws when the provider throws, or does not respond in time.
 */
export async function pollJob(
  { attempt, claim, context, lease }: AttemptStep,
  provider: ProviderWith<"poll">,
): Promise<OperationStatus | null> {
  const maxOutputBytes = maxOutputBytesOf(context.maxOutputBytes, claim.generation.kind);
  const pollContext = {
    input: claim.parsedInput,
    token: attempt.token,
    ...(maxOutputBytes !== undefined && { maxOutputBytes }),
  };
  context.onCrashPoint?.("P9");
  const limits = { limitMs: pollTimeoutMs, signal: lease.signal, what: "poll" };
  return parseOperationStatus(
    await withinTime({ clock: context.clock, ...limits }, (signal) =>
      provider.poll(attempt.operation, { ...pollContext, signal }),
    ),
  );
}

/** Requests the cancel of the job of the latest attempt. Returns and throws as `pollJob`. */
export async function requestCancel(
  { attempt, context, lease }: AttemptStep,
  provider: ProviderWith<"cancel">,
): Promise<CancelOutcome | null> {
  const limits = { limitMs: requestTimeoutMs, signal: lease.signal, what: "cancel" };
  return parseCancelOutcome(
    await withinTime({ clock: context.clock, ...limits }, (signal) => provider.cancel(attempt.operation, { signal })),
  );
}

/** Looks up the job of the latest attempt by its token; an invalid response is `unknown`. Throws as `pollJob`. */
export async function findJob(
  { attempt, context, lease }: AttemptStep,
  provider: ProviderWith<"findByToken">,
): Promise<LookupOutcome> {
  const limits = { limitMs: requestTimeoutMs, signal: lease.signal, what: "findByToken" };
  return parseLookupOutcome(
    await withinTime({ clock: context.clock, ...limits }, (signal) => provider.findByToken(attempt.token, { signal })),
  );
}
