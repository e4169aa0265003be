import type { AttemptRecord } from "../../generation/generation-record.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { ModelDefinition } from "../../model/define-model.js";
import { errorLine, errorText } from "../../ports/error-text.js";
import { InputImageMissing } from "../../ports/input-images.js";
import type { Provider, SubmitOutcome, SubmitProgress } from "../../ports/provider.js";
import { interruptible } from "../../process/interruptible.js";
import { shieldListeners } from "../../process/shield-listeners.js";
import { patienceMs } from "../context/backoff.js";
import { persist } from "../context/persist.js";
import type { Position, Step } from "../context/step.js";
import { canBeAsked } from "./ask-provider.js";
import { chooseProvider } from "./choose-provider.js";
import { retryOrFail } from "./end-generation.js";
import { inputImagesOf } from "./input-images.js";
import { keepOutputs } from "./keep-outputs.js";
import { pollDelayMs } from "./poll-pace.js";
import { parseSubmitOutcome } from "./provider-answers.js";
import { giveUpJob } from "./reconcile-attempt.js";
import { tellProgress } from "./tell-progress.js";

/** How long a provider may take to respond after an abort, before other workers may look up the job. */
const lateReplyMs = 1_000;
/** How long a provider may take to respond, or to report progress, unless it sets `requestTimeoutMs`. */
const requestTimeoutMs = 300_000;

/**
 * `queued` and `retry_wait`: records the intent, sends the paid request exactly once, and records its outcome. After
 * the intent, this attempt never sends the request again, whatever happens.
 */
export async function submitAttempt(step: Step, model: ModelDefinition): Promise<Position | null> {
  const { context, lease } = step;
  const provider = chooseProvider(model.providers, step.claim.attempt);
  const token = context.createToken();
  const starts = !provider.capabilities.resumable;
  const webhookUrl = await findWebhookUrl(step, provider);
  lease.beginPaid();
  const intent = { attemptToken: token, providerId: provider.id, starts, ...expectationOf(step, provider) };
  if (!(await step.writer.recordIntent(intent))) return null;
  context.onCrashPoint?.("P5");
  const submitting = withAttempt(step, provider.id, token);
  // Another worker may hold the generation by now, and may already know that no request arrived.
  if (!lease.isCertain) return retryOrFail(submitting, { state: "rejected", failure: neverSent });
  const reply = await send(submitting, provider, { token, webhookUrl });
  context.onCrashPoint?.("P7");
  const canBeFound = reply.mayComeLate || webhookUrl !== null || canBeAsked(provider, "findByToken");
  if (reply.outcome.type === "unknown") {
    noteLost(submitting, reply.outcome.reason);
    if (!canBeFound) return giveUpJob(submitting);
  }
  return record(submitting, reply.outcome, token);
}

function expectationOf({ claim, context }: Step, { capabilities, id }: Provider<unknown>) {
  const { model, requestedOutputs } = claim.generation;
  const expectedInMs = context.timings.expectMs({ model, providerId: id, size: requestedOutputs });
  return { expectedInMs, isEstimated: !capabilities.progress };
}

/** Runs before the paid request: without a configured secret, the signing key is read from the store. */
async function findWebhookUrl({ claim, context, lease }: Step, provider: Provider<unknown>): Promise<string | null> {
  const { webhookUrlOf } = context;
  if (webhookUrlOf === undefined || !provider.capabilities.webhook) return null;
  const { attempts, id } = claim.generation;
  const target = { generationId: id, attempt: attempts + 1, providerId: provider.id };
  return persist(context, lease.signal, () => webhookUrlOf(target));
}

/** From the intent on: the attempt as the row contains it, and a writer that retries until the process must end. */
function withAttempt(step: Step, providerId: string, token: string): Step {
  const { claim, context, writer } = step;
  const number = claim.generation.attempts + 1;
  const attempt: AttemptRecord = {
    number,
    state: "intent",
    token,
    providerId,
    operation: null,
    operationHint: null,
    outputs: null,
    failure: null,
    unknownAt: null,
    startedAt: claim.now,
    endedAt: null,
    storedOutputs: [],
  };
  const generation = { ...claim.generation, state: "submitting", attempts: number } as const;
  return { ...step, claim: { ...claim, generation, attempt }, writer: writer.until(context.endSignal) };
}

async function send(
  step: Step,
  provider: Provider<unknown>,
  { token, webhookUrl }: { readonly token: string; readonly webhookUrl: string | null },
): Promise<{ readonly outcome: SubmitOutcome; readonly mayComeLate: boolean }> {
  const { claim, context, lease } = step;
  const { attempts, id } = claim.generation;
  const progress = tellProgress(step, provider);
  const { signal } = lease;
  const silence = lease.watchSilence(provider.requestTimeoutMs ?? requestTimeoutMs);
  const request = {
    generationId: id,
    input: claim.parsedInput,
    token,
    attempt: attempts,
    ...(webhookUrl !== null && { webhookUrl }),
    ...(context.maxOutputBytes !== undefined && { maxOutputBytes: context.maxOutputBytes }),
    images: inputImagesOf(step),
    onProgress: (news: SubmitProgress) => {
      silence.reset();
      progress.onProgress(news);
    },
    signal: shieldListeners(AbortSignal.any([signal])),
  };
  const patience = new AbortController();
  const giveUp = (): void => patience.abort();
  signal.addEventListener("abort", () => context.clock.setTimer(lateReplyMs, giveUp), { once: true });
  // Called inside a promise, so that a provider that throws synchronously is handled like one that rejects.
  const reply = Promise.resolve()
    .then(() => provider.submit(request))
    .then(parseSubmitOutcome);
  try {
    return { outcome: await interruptible(patience.signal, reply), mayComeLate: false };
  } catch (error) {
    if (InputImageMissing.isInstance(error)) return { outcome: notSent(error), mayComeLate: false };
    const mayComeLate = patience.signal.aborted;
    if (mayComeLate) listenOn(step, token, reply);
    return { outcome: { type: "unknown", reason: errorText(error) }, mayComeLate };
  } finally {
    silence.stop();
    progress.stop();
  }
}

/** A provider reads its images before it sends the paid request, so this error proves that no request was sent. */
function notSent({ cause, message }: InputImageMissing): SubmitOutcome {
  if (cause === undefined) return { type: "rejected", failure: { code: "invalid_input", message } };
  return {
    type: "rejected",
    failure: { code: "provider_unavailable", message: `Could not read an uploaded image: ${errorLine(cause)}` },
  };
}

/**
 * Records a late response to a paid request. The store identifies the attempt by its token, even if another worker
 * holds the generation. The worker does not wait for the response, but the drain waits for a record that has begun.
 */
function listenOn(step: Step, token: string, reply: Promise<SubmitOutcome>): void {
  const { claim, context } = step;
  reply.then(
    (outcome) => {
      const isWorth = outcome.type === "accepted" || outcome.type === "done";
      if (!isWorth || context.endSignal.aborted) return;
      const recording = record(step, outcome, token).then(
        () => {},
        (error: unknown) =>
          context.logger.error("A late reply to a paid request could not be recorded.", {
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

async function record(step: Step, outcome: SubmitOutcome, token: string): Promise<Position | null> {
  const { context, writer } = step;
  switch (outcome.type) {
    case "accepted": {
      const dueInMs = pollDelayMs({
        pollAfterMs: undefined,
        // The first poll comes early even with a webhook, to read the queue position.
        callsBack: false,
        runningForMs: 0,
        random: context.random(),
      });
      const { costs, operation } = outcome;
      await writer.recordOperation({ attemptToken: token, operation, dueInMs, costs });
      context.onCrashPoint?.("P8");
      return null;
    }
    case "done":
      return keepOutputs(step, outcome, token);
    case "rejected":
      return retryOrFail(step, { state: "rejected", failure: outcome.failure });
    case "unknown":
      return reconcileLater(step);
  }
}

function noteLost({ claim, context }: Step, reason: string): void {
  context.logger.warn("Outcome of a paid request is unknown (no response, or the provider threw); reconciling.", {
    generationId: claim.generation.id,
    attempt: claim.generation.attempts,
    providerId: claim.attempt?.providerId,
    reason,
  });
}

async function reconcileLater({ context, writer }: Step): Promise<null> {
  const dueInMs = patienceMs({ waitedMs: 0, random: context.random() });
  await writer.park({ to: "reconciling", dueInMs, attempt: { state: "unknown", failure: null } });
  return null;
}

const neverSent: ProviderFailure = { code: "provider_unavailable", message: "The lease ended before the request." };
