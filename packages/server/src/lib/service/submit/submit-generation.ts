import type { Json, SubmitBody } from "@safelight/client/contract";
import type { Caller, ModelDefinition, ModelDefinitions } from "../../model/define-model.js";
import type { SubmissionKey, SubmitVerdict } from "../../ports/store/store-commands.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { Submission } from "../hooks.js";
import type { ServiceContext } from "../service-context.js";
import { checkReferences } from "./check-references.js";
import { checkSubmitBody } from "./check-submit-body.js";
import { activeCapHeaders, rateLimitHeaders } from "./rate-limit-headers.js";
import { keyMismatch } from "./submission-key.js";
import { type SubmitResult, toSubmitResult } from "./submit-result.js";
import { validateInput } from "./validate-input.js";

/** When a place among the active ones may be free: nobody knows, and this is not often enough to matter. */
const activeCapRetryMs = 5_000;

/** In characters: what a caller made huge is cut. */
const maxShownNameLength = 64;

/**
 * Takes the credits and queues a generation in one commit, then wakes the worker and the watchers. The commit decides about
 * a key; `submitOnce` answers repeats before they come here.
 *
 * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed, what the host refuses, and the refusals
 * of the commit
 */
export async function submitGeneration(
  context: ServiceContext,
  caller: Caller,
  body: SubmitBody,
  options: { readonly submission: SubmissionKey | null; readonly retryOf: string | null },
): Promise<SubmitResult> {
  checkSubmitBody(body, context.limits);
  const model = findModel(context.models, body.model);
  const parsed = await validateInput(model, body.input);
  const parsedInput = toStorable(parsed, body.model);
  await checkReferences(context, caller, parsedInput);
  const credits = model.creditsFor(parsed, caller);
  if (body.expectedCredits !== undefined && body.expectedCredits !== credits) {
    throw new ServiceError("price_changed", `The price is ${credits} credits now.`, { credits });
  }
  await callBeforeSubmit(context, {
    caller,
    model: body.model,
    input: parsedInput,
    sentInput: body.input,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    credits,
    retryOf: options.retryOf,
  });
  const verdict = await context.store.submit({
    id: context.ids.newGenerationId(),
    ownerId: caller.ownerId,
    accountId: caller.accountId,
    model: body.model,
    kind: model.kind,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    input: body.input,
    parsedInput,
    requestedOutputs: model.outputsFor(parsed),
    storagePrefix: context.ids.newStoragePrefix(),
    credits,
    dropOnCancel: model.dropOnCancel,
    refunds: model.refundsFor(parsed, caller),
    maxAttempts: model.maxAttempts,
    deadlineMs: model.deadlineMs,
    retryOf: options.retryOf,
    submission: options.submission,
    initialGrant: context.billing?.initialGrant ?? 0,
    limits: context.limits,
  });
  return toResult(context, caller, verdict);
}

/**
 * Hosts may change what they are given, and without types they may answer anything: they get a copy, and what is neither
 * nothing nor a refusal lets nothing pass.
 */
async function callBeforeSubmit({ hooks }: ServiceContext, submission: Submission): Promise<void> {
  const refusal = await hooks.beforeSubmit?.(structuredClone(submission));
  if (refusal === undefined || refusal === null) return;
  if (refusal.code === "forbidden" || refusal.code === "content_blocked") {
    throw new ServiceError(refusal.code, refusal.detail);
  }
  throw new TypeError('hooks.beforeSubmit answers nothing, or { code: "content_blocked" | "forbidden", detail? }.');
}

function findModel(models: ModelDefinitions, name: string): ModelDefinition {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  // In quotes: a name with a line break would forge a line of a log.
  const shown = JSON.stringify(`${name}`.slice(0, maxShownNameLength));
  if (model === undefined) throw new ServiceError("unknown_model", `There is no model ${shown}.`);
  if (model.retired) {
    throw new ServiceError("unknown_model", `The model ${shown} is retired: it takes no new generations.`);
  }
  return model;
}

/** The parsed input is kept for the provider, which may be asked by another process after a restart. */
function toStorable(parsed: unknown, model: string): Json {
  const json: string | undefined = JSON.stringify(parsed);
  if (json === undefined) throw new TypeError(`The schema of the model "${model}" gives nothing that JSON can hold.`);
  return JSON.parse(json);
}

async function toResult(context: ServiceContext, caller: Caller, verdict: SubmitVerdict): Promise<SubmitResult> {
  const { limits } = context;
  switch (verdict.type) {
    case "accepted":
      context.dispatcher.enqueue({ generationId: verdict.generation.id, dueInMs: 0 });
      context.eventBus.hint([...new Set([caller.ownerId, caller.accountId])]);
      return toSubmitResult(context, { ...verdict, replayed: false });
    case "replayed": {
      const { generation, balance } = verdict;
      if (generation === null) throw notFound();
      return toSubmitResult(context, { generation, balance, rate: null, replayed: true });
    }
    case "mismatch":
      throw keyMismatch();
    case "rate_limited":
      throw new ServiceError("rate_limited", "Too many submits in a short time: wait as Retry-After says.", {
        retryAfterMs: verdict.rate.retryAfterMs,
        headers: rateLimitHeaders(limits, verdict.rate),
      });
    case "refund_budget_spent": {
      const { retryAfterMs } = verdict;
      const detail = "Too many of your generations ended with a refund of late: wait as Retry-After says.";
      throw new ServiceError("refund_budget_spent", detail, { retryAfterMs });
    }
    case "too_many_active":
      throw new ServiceError("too_many_active", `At most ${limits.maxActive} generations may be in progress at once.`, {
        activeIds: verdict.activeIds,
        retryAfterMs: activeCapRetryMs,
        headers: activeCapHeaders(limits),
      });
    case "insufficient_credits": {
      const { required, available } = verdict;
      const detail = `This generation costs ${required} credits; the account holds ${available}.`;
      throw new ServiceError("insufficient_credits", detail, { required, available });
    }
  }
}
