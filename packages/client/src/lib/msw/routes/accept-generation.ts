import type { Json, JsonObject } from "../../contract/json.js";
import { Refusal } from "../request/refusal.js";
import type { MockModel } from "../server-options.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { passRate, rateHeaders } from "../state/rate-limit.js";

/** What is asked for. */
export interface Submit {
  readonly model: string;
  readonly input: Json;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  readonly retryOf: string | null;
}

/** A submit whose input and price are known. */
export interface PricedSubmit extends Submit {
  readonly kind: MockGeneration["kind"];
  readonly requestedOutputs: number;
  readonly credits: number;
}

/** When a place among the active ones may be free, in milliseconds. */
const activeCapRetryMs = 5_000;

/**
 * Finds the model, and refuses what it does not take.
 *
 * @throws {Refusal} unknown_model
 */
export function findModel({ settings }: MockState, name: string): MockModel {
  const model = settings.models.get(name);
  const shown = JSON.stringify(name);
  if (model === undefined) throw new Refusal("unknown_model", { detail: `There is no model ${shown}.` });
  if (model.retired) {
    throw new Refusal("unknown_model", { detail: `The model ${shown} is retired: it takes no new generations.` });
  }
  return model;
}

/** Says what a submit costs, by its checked input. */
export function priceSubmit(state: MockState, submit: Submit, checked: unknown): PricedSubmit {
  const { kind = "image", outputs, credits } = findModel(state, submit.model);
  return {
    ...submit,
    kind,
    requestedOutputs: numberOf(outputs, checked, 1),
    credits: state.isBilled ? numberOf(credits, checked, 0) : 0,
  };
}

/**
 * Takes the credits and queues the generation, within the limits.
 *
 * @returns the headers that say how much is left of them.
 * @throws {Refusal} rate_limited, too_many_active, insufficient_credits
 */
export function acceptGeneration(
  state: MockState,
  owner: MockOwner,
  submit: PricedSubmit,
): { readonly generation: MockGeneration; readonly headers: Readonly<Record<string, string>> } {
  const { maxActive } = state.settings;
  const rate = passRate(state.settings, owner);
  owner.ledger.open();
  const activeIds = owner.active.map(({ id }) => id);
  if (activeIds.length >= maxActive) {
    throw new Refusal("too_many_active", {
      activeIds,
      retryAfterMs: activeCapRetryMs,
      headers: { ...rateHeaders(state.settings, null), ratelimit: '"active";r=0' },
    });
  }
  const available = owner.ledger.balance;
  if (available < submit.credits) {
    throw new Refusal("insufficient_credits", { required: submit.credits, available });
  }
  rate.take();
  return { generation: queueGeneration(state, owner, submit), headers: rate.headers() };
}

/** Takes the credits and queues the generation, whatever the limits say. */
export function queueGeneration(state: MockState, owner: MockOwner, submit: PricedSubmit): MockGeneration {
  const id = state.newGenerationId();
  owner.ledger.post({ kind: "debit", amount: -submit.credits, generationId: id });
  return owner.add({
    ...submit,
    id,
    status: "pending",
    progress: { value: null, source: "none", queuePosition: null, etaMs: null },
    hasPreview: false,
    refundedCredits: 0,
    outputCount: 0,
    failureCode: null,
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    seenAt: null,
    expectedAt: null,
    cancelRequestedAt: null,
  });
}

function numberOf(value: MockModel["credits"], input: unknown, otherwise: number): number {
  return typeof value === "function" ? value(input) : (value ?? otherwise);
}
