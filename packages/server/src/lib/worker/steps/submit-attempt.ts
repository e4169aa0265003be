import type { AttemptRecord } from "../../generation/generation-record.js";
import { maxOutputBytesOf } from "../../generation/output-limits.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { workSizeOf } from "../../generation/work-size.js";
import type { ModelDefinition } from "../../model/define-model.js";
import { gateOf } from "../../model/gate-limits.js";
import { errorLine, errorText } from "../../ports/error-text.js";
import { InputFileUnavailable } from "../../ports/input-files.js";
import type { Provider, SubmitOutcome, SubmitProgress } from "../../ports/provider.js";
import { interruptible } from "../../process/interruptible.js";
import { shieldListeners } from "../../process/shield-listeners.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import { persist } from "../context/persist.js";
import { hasMethod } from "./call-provider.js";
import { chooseProvider } from "./choose-provider.js";
import { type CountedStart, countedStart } from "./counted-start.js";
import { cancelGeneration, dropResult, retryOrFail } from "./end-generation.js";
import { inputFilesOf } from "./input-files.js";
import { parseSubmitOutcome } from "./parse-provider-result.js";
import { pollDelayMs } from "./poll-delay.js";
import { createProgressReporter } from "./progress-reporter.js";
import { giveUpJob } from "./reconcile-attempt.js";
import type { PaidStep, Step, StepState } from "./step.js";
import { storeInMemoryOutputs } from "./store-in-memory-outputs.js";

/** How long a provider may take to respond after an abort, before other workers may look up the job. */
const lateResponseMs = 1_000;
/** How long a provider may take to respond, or to report progress, unless it sets `requestTimeoutMs`. */
const requestTimeoutMs = 300_000;

/** The response to a paid request. */
interface SubmitResponse {
  readonly outcome: SubmitOutcome;
  /** Whether the step was interrupted before the provider responded: a late response may still be recorded. */
  readonly mayComeLate: boolean;
}

/**
 * `queued` and `retry_wait`: records the intent, sends the paid request exactly once, and records its outcome. After
 * the intent, this attempt never sends the request again, whatever happens.
 */
export async function submitAttempt(step: Step, model: ModelDefinition): Promise<StepState | null> {
  const { context, lease } = step;
  const provider = chooseProvider(model.providers, step.claim.attempt);
  const gate = gateOf(provider);
  if (gate !== null && gate !== step.claim.generation.gate) return waitAtGate(step, gate);
  const token = context.createToken();
  const starts = !provider.capabilities.resumable;
  const webhookUrl = await findWebhookUrl(step, provider);
  const start = countedStart(step);
  await start();
  lease.beginPaid();
  const { leaseMs } = context;
  const intent = { attemptToken: token, providerId: provider.id, starts, leaseMs, ...estimateOf(step, provider) };
  if (!(await step.writer.recordIntent(intent))) return null;
  context.onCrashPoint?.("P5");
  const { deadlineAt, startedDeadlineAt } = step.claim.generation;
  if (startedDeadlineAt !== null) await lease.extend(startedDeadlineAt - deadlineAt);
  const paid = withIntent(step, { provider, token });
  await start().catch((error: unknown) => {
    if (!lease.signal.aborted) throw error;
  });
  // Another worker may have looked this attempt up as absent and be retrying it: sending now would pay twice.
  if (!lease.isCertain) return releaseUnsent(paid);
  const { mayComeLate, outcome } = await send(paid, { start, webhookUrl });
  context.onCrashPoint?.("P7");
  const canBeFound = mayComeLate || webhookUrl !== null || hasMethod(provider, "findByToken");
  if (outcome.type === "unknown") {
    warnOfUnknownOutcome(paid, outcome.reason);
    if (!canBeFound) return giveUpJob(paid);
  }
  return record(paid, outcome);
}

/** The limits have changed since the submit, or a release without them wrote the row. */
async function waitAtGate({ claim, writer }: Step, gate: string): Promise<null> {
  const to = claim.generation.state === "queued" ? "queued" : "retry_wait";
  await writer.park({ to, dueInMs: 0, isNoop: true, gate });
  return null;
}

function estimateOf({ claim, context }: Step, { capabilities, id }: Provider<unknown>) {
  const { generation, parsedInput: input } = claim;
  const size = workSizeOf({ ...generation, input });
  const expectedInMs = context.timings.expectMs({ model: generation.model, providerId: id, size });
  return { expectedInMs, isEstimated: !capabilities.progress };
}

/** Runs before the paid request: without a configured secret, the signing key is read from the store. */
async function findWebhookUrl({ claim, context, lease }: Step, provider: Provider<unknown>): Promise<string | null> {
  const { webhookUrlOf } = context;
  if (webhookUrlOf === undefined || !provider.capabilities.webhook) return null;
  const { attempts, id } = claim.generation;
  const target = { generationId: id, attempt: attempts + 1, providerId: provider.id };
  return persist(context, { signal: lease.signal, send: () => webhookUrlOf(target) });
}

/** Keeps the budget, so that a model with `maxAttempts: 1` can retry. */
async function releaseUnsent(step: PaidStep): Promise<null> {
  const { attempt, claim, context, writer } = step;
  const unsent = { state: "rejected", failure: neverSent } as const;
  // As in `retryOrFail`: the end of a canceled generation must not wait for another claim.
  if (await writer.isCancelRequested()) return cancelGeneration(step, { how: "withdrawn", attempt: unsent });
  context.logger.info("Attempt failed; retrying.", {
    event: "attempt.failed",
    generationId: claim.generation.id,
    attempt: attempt.number,
    providerId: attempt.providerId,
    providerCode: neverSent.code,
    providerMessage: neverSent.message,
    dueInMs: 0,
  });
  await writer.park({ to: "retry_wait", dueInMs: 0, attempt: unsent, keepsBudget: true });
  return null;
}

/** From the intent on: the attempt as the row contains it, and a writer that retries until the process must end. */
function withIntent(
  step: Step,
  { provider, token }: { readonly provider: Provider<unknown>; readonly token: string },
): PaidStep {
  const { claim, context, writer } = step;
  const number = claim.generation.attempts + 1;
  const attempt: AttemptRecord = {
    number,
    state: "intent",
    token,
    providerId: provider.id,
    operation: null,
    operationHint: null,
    outputs: null,
    failure: null,
    unknownAt: null,
    startedAt: claim.now,
    endedAt: null,
    storedOutputs: [],
  };
  const deadlineAt = claim.generation.startedDeadlineAt ?? claim.generation.deadlineAt;
  const generation = { ...claim.generation, state: "submitting", attempts: number, deadlineAt } as const;
  return {
    ...step,
    claim: { ...claim, generation, attempt },
    writer: writer.withSignal(context.endSignal),
    attempt,
    provider,
  };
}

async function send(
  step: PaidStep,
  { start, webhookUrl }: { readonly start: CountedStart; readonly webhookUrl: string | null },
): Promise<SubmitResponse> {
  const { attempt, claim, context, lease, provider } = step;
  const progress = createProgressReporter(step);
  const { signal } = lease;
  const maxOutputBytes = maxOutputBytesOf(context.maxOutputBytes, claim.generation.kind);
  const silence = lease.watchSilence(provider.requestTimeoutMs ?? requestTimeoutMs);
  const request = {
    generationId: claim.generation.id,
    input: claim.parsedInput,
    token: attempt.token,
    attempt: attempt.number,
    ...(webhookUrl !== null && { webhookUrl }),
    ...(maxOutputBytes !== undefined && { maxOutputBytes }),
    files: inputFilesOf(step, start),
    onProgress: (update: SubmitProgress) => {
      silence.reset();
      progress.onProgress(update);
    },
    signal: shieldListeners(AbortSignal.any([signal])),
  };
  const waiting = new AbortController();
  const stopWaiting = (): void => waiting.abort();
  signal.addEventListener("abort", () => context.clock.setTimer(lateResponseMs, stopWaiting), { once: true });
  // Called inside a promise, so that a provider that throws synchronously is handled like one that rejects.
  const response = Promise.resolve()
    .then(() => provider.submit(request))
    .then(parseSubmitOutcome);
  try {
    return { outcome: await interruptible(waiting.signal, response), mayComeLate: false };
  } catch (error) {
    if (InputFileUnavailable.isInstance(error)) return { outcome: notSent(error), mayComeLate: false };
    const mayComeLate = waiting.signal.aborted;
    if (mayComeLate) recordLate(step, response);
    return { outcome: { type: "unknown", reason: errorText(error) }, mayComeLate };
  } finally {
    silence.stop();
    progress.stop();
  }
}

/** A provider reads the uploads before it sends the paid request, so this error proves that no request was sent. */
function notSent({ cause, message }: InputFileUnavailable): SubmitOutcome {
  if (cause === undefined) return { type: "rejected", failure: { code: "invalid_input", message } };
  return {
    type: "rejected",
    failure: { code: "provider_unavailable", message: `Could not read an upload: ${errorLine(cause)}` },
  };
}

/**
 * Records a late response to a paid request. The store identifies the attempt by its token, even if another worker
 * holds the generation. The worker does not wait for the response, but the drain waits for a record that has begun.
 */
function recordLate(step: PaidStep, response: Promise<SubmitOutcome>): void {
  const { claim, context } = step;
  response.then(
    (outcome) => {
      const isPaid = outcome.type === "accepted" || outcome.type === "done";
      if (!isPaid || context.endSignal.aborted) return;
      const recording = record(step, outcome).then(
        () => {},
        (error: unknown) =>
          context.logger.error("Could not record a late response to a paid request.", {
            event: "attempt.late_response_lost",
            generationId: claim.generation.id,
            error: errorText(error),
          }),
      );
      void context.lateRecords.track(recording);
    },
    // A late rejection adds nothing: the outcome is already unknown.
    () => {},
  );
}

async function record(step: PaidStep, outcome: SubmitOutcome): Promise<StepState | null> {
  const { attempt, claim, context, writer } = step;
  switch (outcome.type) {
    case "accepted": {
      const dueInMs = pollDelayMs({
        pollAfterMs: undefined,
        // The first poll comes early even with a webhook, to read the queue position.
        hasWebhook: false,
        runningForMs: 0,
        random: context.random(),
      });
      const { costs, operation } = outcome;
      await writer.recordOperation({ attemptToken: attempt.token, operation, dueInMs, costs });
      context.onCrashPoint?.("P8");
      return null;
    }
    case "done":
      if (claim.generation.dropOnCancel && (await writer.isCancelRequested())) {
        return dropResult(step, { attemptToken: attempt.token, costs: outcome.costs });
      }
      return storeInMemoryOutputs(step, outcome);
    case "rejected":
      return retryOrFail(step, { state: "rejected", failure: outcome.failure });
    case "unknown":
      return reconcileLater(step);
  }
}

function warnOfUnknownOutcome({ attempt, claim, context }: PaidStep, reason: string): void {
  context.logger.warn("Outcome of a paid request is unknown (no response, or the provider threw); reconciling.", {
    event: "attempt.outcome_unknown",
    generationId: claim.generation.id,
    attempt: attempt.number,
    providerId: attempt.providerId,
    reason,
  });
}

async function reconcileLater({ context, writer }: PaidStep): Promise<null> {
  const dueInMs = freeRetryDelayMs({ waitedMs: 0, random: context.random() });
  await writer.park({ to: "reconciling", dueInMs, attempt: { state: "unknown", failure: null } });
  return null;
}

const neverSent: ProviderFailure = {
  code: "provider_unavailable",
  message: "The worker lost its lease, or had to stop, before it sent the request.",
  // `isFailoverable` reads it: the next attempt keeps the provider, which is not the cause. `releaseUnsent` always retries.
  retryable: false,
};
