import type { Gallery } from "../../contract/generation.js";
import type { Json, JsonObject } from "../../contract/json.js";
import { Refusal } from "../request/refusal.js";
import type { MockModel } from "../server-options.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { checkRate, rateHeaders } from "../state/rate-limit.js";

/** A checked submit. */
export interface Submit {
  readonly model: string;
  readonly input: Json;
  readonly scope: string | null;
  readonly metadata: JsonObject | null;
  readonly visibility: Gallery;
  readonly retryOf: string | null;
  /** @default null */
  readonly groupId?: string;
  /** ISO 8601. */
  readonly notBefore: string | null;
  readonly expiresAfterMs: number | null;
}

/** A submit with its price and number of outputs. */
export interface PricedSubmit extends Submit {
  readonly kind: MockGeneration["kind"];
  readonly requestedOutputs: number;
  readonly credits: number;
}

/** `Retry-After` of `too_many_active`, in milliseconds. */
const activeCapRetryMs = 5_000;

/**
 * Finds a model that accepts submits.
 *
 * @throws {Refusal} unknown_model
 */
export function findModel({ settings }: MockState, name: string): MockModel {
  const model = settings.models.get(name);
  const shown = JSON.stringify(name);
  if (model === undefined) throw new Refusal("unknown_model", { detail: `Unknown model ${shown}.` });
  if (model.retired) {
    throw new Refusal("unknown_model", { detail: `The model ${shown} is retired and accepts no new generations.` });
  }
  return model;
}

/** Computes the price of a submit from its checked input. */
export function priceSubmit(
  state: MockState,
  { submit, checked }: { readonly submit: Submit; readonly checked: unknown },
): PricedSubmit {
  const { kind = "image", outputs, credits } = findModel(state, submit.model);
  return {
    ...submit,
    kind,
    requestedOutputs: numberOf(outputs, { input: checked, otherwise: 1 }),
    credits: state.isBilled ? numberOf(credits, { input: checked, otherwise: 0 }) : 0,
  };
}

/**
 * Debits the credits and queues the generations, within the limits: all or none.
 *
 * @returns the generations, and headers with the remaining limits.
 * @throws {Refusal} rate_limited, too_many_active, insufficient_credits
 */
export function acceptGenerations(
  state: MockState,
  { owner, submits }: { readonly owner: MockOwner; readonly submits: readonly PricedSubmit[] },
): { readonly generations: readonly MockGeneration[]; readonly headers: Readonly<Record<string, string>> } {
  const { maxActive } = state.settings;
  const rate = checkRate(state.settings, { owner, count: submits.length });
  owner.ledger.postInitialGrant();
  const activeIds = owner.active.map(({ id }) => id);
  if (activeIds.length + submits.length > maxActive) {
    throw new Refusal("too_many_active", {
      activeIds,
      retryAfterMs: activeCapRetryMs,
      headers: { ...rateHeaders(state.settings, null), ratelimit: '"active";r=0' },
    });
  }
  const available = owner.ledger.balance;
  const required = submits.reduce((sum, { credits }) => sum + credits, 0);
  if (available < required) throw new Refusal("insufficient_credits", { required, available });
  rate.take();
  return { generations: submits.map((submit) => queueGeneration(state, { owner, submit })), headers: rate.headers() };
}

/** Debits the credits and queues the generation, without checking limits. */
export function queueGeneration(
  state: MockState,
  { owner, submit }: { readonly owner: MockOwner; readonly submit: PricedSubmit },
): MockGeneration {
  const id = state.newGenerationId();
  const { expiresAfterMs, ...fields } = submit;
  const startsAt = Math.max(Date.now(), Date.parse(submit.notBefore ?? "") || 0);
  owner.ledger.post({ kind: "debit", amount: -submit.credits, generationId: id });
  return owner.add({
    groupId: null,
    submitterTag: owner.tag,
    ...fields,
    id,
    status: "pending",
    progress: { value: null, source: "none", queuePosition: null, queuePositionAt: null, etaMs: null },
    hasPreview: false,
    refundedCredits: 0,
    outputCount: 0,
    failureCode: null,
    createdAt: new Date().toISOString(),
    expiresAt: expiresAfterMs === null ? null : new Date(startsAt + expiresAfterMs).toISOString(),
    startedAt: null,
    finishedAt: null,
    seenAt: null,
    expectedAt: null,
    cancelRequestedAt: null,
  });
}

function numberOf(
  value: MockModel["credits"],
  { input, otherwise }: { readonly input: unknown; readonly otherwise: number },
): number {
  return typeof value === "function" ? value(input) : (value ?? otherwise);
}
