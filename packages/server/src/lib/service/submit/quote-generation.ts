import type { QuoteBody, QuoteResponse, RemainingRate } from "@safelight/client/contract";
import { expectedDurationMs } from "../../generation/expected-duration.js";
import { workSizeOf } from "../../generation/work-size.js";
import type { Caller, ModelDefinition } from "../../model/define-model.js";
import { gateOf } from "../../model/gate-limits.js";
import type { Allowance } from "../../ports/store/allowance.js";
import type { RateState } from "../../ports/store/submit-commands.js";
import { shownCredits } from "../credits/host-balance.js";
import { readInputs } from "../inputs/read-inputs.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext, ServiceLimits } from "../service-context.js";
import { checkReferences } from "./check-references.js";
import { checkSubmitBody } from "./check-submit-body.js";
import { priceInput } from "./price-input.js";

/**
 * Returns the price of a submit and the state of the caller's limits. Writes nothing, and does not call `beforeSubmit`,
 * which may count its calls. The price is not reserved: `expectedCredits` of the submit refuses another one.
 *
 * @throws {ServiceError} invalid_input, payload_too_large, unknown_model; unavailable if the schema's own checks time out
 */
export async function quoteGeneration(
  context: ServiceContext,
  {
    caller,
    body: { model: name, input },
    signal,
  }: { readonly caller: Caller; readonly body: QuoteBody; readonly signal?: AbortSignal | undefined },
): Promise<QuoteResponse> {
  const { billing, limits, queuePlaces, store } = context;
  checkSubmitBody({ model: name, input }, limits);
  const { credits, model, parsed, parsedInput } = await priceInput(context, { caller, model: name, input, signal });
  await checkReferences(context, { caller, input: parsedInput, find: (ids) => readInputs(context, { caller, ids }) });
  const expectedOutputs = model.outputsFor(parsed);
  const { ownerId, accountId } = caller;
  const [allowance, expectedMs, queueLength, ownerTag] = await Promise.all([
    store.readAllowance({ ownerId, accountId, limits, initialGrant: billing?.initialGrant ?? 0 }),
    readExpectedMs(context, {
      name,
      model,
      size: workSizeOf({ kind: model.kind, requestedOutputs: expectedOutputs, input: parsed }),
    }),
    queuePlaces.lengthAt(gateOf(model.providers[0])),
    ownerTagOf(context, ownerId),
  ]);
  const shown = await shownCredits(context, { accountId, balance: allowance.balance });
  return {
    credits: billing && credits,
    balance: shown?.balance ?? null,
    expectedAt: expectedMs === null ? null : new Date(allowance.now + expectedMs).toISOString(),
    expectedOutputs,
    queueLength,
    limits: toQuoteLimits(limits, allowance),
    ownerTag,
  };
}

/** Duration of earlier runs at the model's first provider; `null` without enough of them. */
async function readExpectedMs(
  { store }: Pick<ServiceContext, "store">,
  { name, model, size }: { readonly name: string; readonly model: ModelDefinition; readonly size: number },
): Promise<number | null> {
  const [{ id }] = model.providers;
  const timings = await store.readTimings({ models: [name] });
  const similar = timings.filter((series) => series.providerId === id && series.size === size);
  return expectedDurationMs(similar.map(({ bucket, count }) => [bucket, count]));
}

function toQuoteLimits(
  { maxActive, rate, refunds }: ServiceLimits,
  { active, rate: rateState, refunds: refundState }: Allowance,
): QuoteResponse["limits"] {
  return {
    concurrent: maxActive === null || active === null ? null : { max: maxActive, active },
    rate: toRemaining(rate && { max: rate.requests, perMs: rate.perMs }, rateState),
    refunds: toRemaining(refunds && { max: refunds.generations, perMs: refunds.perMs }, refundState),
  };
}

function toRemaining(
  limit: { readonly max: number; readonly perMs: number } | null,
  state: RateState | null,
): RemainingRate | null {
  if (limit === null || state === null) return null;
  const { remaining, retryAfterMs } = state;
  return { ...limit, remaining, retryAfterMs };
}
