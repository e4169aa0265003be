import type { Json, SubmitBody } from "@safelight/client/contract";
import { imageMentionsIn } from "../../generation/image-reference.js";
import type { Caller, ModelDefinition, ModelDefinitions } from "../../model/define-model.js";
import type { IdempotencyKey, SubmitVerdict } from "../../ports/store/store-commands.js";
import { checkBalance, insufficientCredits } from "../credits/check-balance.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { Submission } from "../hooks.js";
import type { ServiceContext } from "../service-context.js";
import { checkReferences } from "./check-references.js";
import { checkSubmitBody } from "./check-submit-body.js";
import { keyMismatch } from "./idempotency-key.js";
import { activeCapHeaders, rateLimitHeaders } from "./rate-limit-headers.js";
import { type SubmitResult, toSubmitResult } from "./submit-result.js";
import { validateInput } from "./validate-input.js";

/** `Retry-After` at the active cap. The next end is unknown; a retry at this interval costs little. */
const activeCapRetryMs = 5_000;

/** Max length of a model name in an error, in characters: a caller may send a huge one. */
const maxShownNameLength = 64;

/** Max number of model names in an error. */
const maxShownNames = 20;

/**
 * Debits the credits and queues a generation in one commit, then wakes the worker and the watchers. `submitOnce` replays
 * a known key before this runs; the commit decides between copies that race.
 *
 * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed, the host's refusal, and the
 * refusals of the commit
 */
export async function submitGeneration(
  context: ServiceContext,
  {
    caller,
    body,
    idempotencyKey,
    retryOf,
  }: {
    readonly caller: Caller;
    readonly body: SubmitBody;
    readonly idempotencyKey: IdempotencyKey | null;
    readonly retryOf: string | null;
  },
): Promise<SubmitResult> {
  checkSubmitBody(body, context.limits);
  const model = findModel(context.models, body.model);
  const parsed = await validateInput(model, body.input);
  const parsedInput = toStorable(parsed, body.model);
  const credits = model.creditsFor(parsed, caller);
  if (imageMentionsIn(parsedInput).length > 0) await checkBalance(context, { caller, required: credits });
  await checkReferences(context, { caller, input: parsedInput });
  if (body.expectedCredits !== undefined && body.expectedCredits !== credits) {
    throw new ServiceError("price_changed", `The price is now ${credits} credits.`, { credits });
  }
  await callBeforeSubmit(context, {
    caller,
    model: body.model,
    input: parsedInput,
    sentInput: body.input,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    credits,
    retryOf,
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
    retryOf,
    idempotencyKey,
    initialGrant: context.billing?.initialGrant ?? 0,
    limits: context.limits,
  });
  return toResult(context, { caller, verdict });
}

/**
 * Passes a copy, because a hook may mutate its argument. A host without types may return any value: everything except
 * `undefined`, `null` and a refusal is an error, and the submit fails.
 */
async function callBeforeSubmit({ hooks }: ServiceContext, submission: Submission): Promise<void> {
  const refusal = await hooks.beforeSubmit?.(structuredClone(submission));
  if (refusal === undefined || refusal === null) return;
  if (refusal.code === "forbidden" || refusal.code === "content_blocked") {
    throw new ServiceError(refusal.code, refusal.detail);
  }
  throw new TypeError(
    'hooks.beforeSubmit must return undefined or { code: "content_blocked" | "forbidden", detail? }.',
  );
}

function findModel(models: ModelDefinitions, name: string): ModelDefinition {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  // As JSON: a name with a line break could forge a log line.
  const shown = JSON.stringify(`${name}`.slice(0, maxShownNameLength));
  if (model === undefined) {
    throw new ServiceError("unknown_model", `Unknown model ${shown}. Use one of: ${offeredNames(models)}.`);
  }
  if (model.retired) {
    throw new ServiceError("unknown_model", `The model ${shown} is retired and accepts no new generations.`);
  }
  return model;
}

/** Names of the models that accept submits, at most `maxShownNames`. */
function offeredNames(models: ModelDefinitions): string {
  const offered = Object.keys(models).filter((name) => models[name]?.retired === false);
  const shown = offered.slice(0, maxShownNames).join(", ");
  return offered.length > maxShownNames ? `${shown}, …` : shown;
}

/** The parsed input is stored for the provider: another process may submit it after a restart. */
function toStorable(parsed: unknown, model: string): Json {
  const json: string | undefined = JSON.stringify(parsed);
  if (json === undefined) throw new TypeError(`The schema of the model "${model}" returned a value that is not JSON.`);
  return JSON.parse(json);
}

async function toResult(
  context: ServiceContext,
  { caller, verdict }: { readonly caller: Caller; readonly verdict: SubmitVerdict },
): Promise<SubmitResult> {
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
      throw new ServiceError("rate_limited", "Too many submits in a short time. Retry after the time in Retry-After.", {
        retryAfterMs: verdict.rate.retryAfterMs,
        headers: rateLimitHeaders(limits, verdict.rate),
      });
    case "refund_budget_spent": {
      const { retryAfterMs } = verdict;
      const detail = "Too many of your recent generations ended with a refund. Retry after the time in Retry-After.";
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
      throw insufficientCredits({ required, available });
    }
  }
}
