import type { Json, JsonObject } from "@safelight/client/contract";
import type {
  CancelOutcome,
  LookupOutcome,
  OperationStatus,
  PollContext,
  Provider,
  ProviderCapabilities,
  RawWebhook,
  SubmitOutcome,
  SubmitRequest,
  WebhookFacts,
} from "../../src/lib/ports/provider.js";
import { verifyStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";
import { tinyPng } from "../tiny-png.js";

/** One answer, or what makes it from the question; it may also throw, or wait. */
export type ScriptLine<Answer, Question> = Answer | ((question: Question) => Answer | Promise<Answer>);

/** What a provider answers: to the first question the first line, and so on; the last line is repeated. */
export interface ProviderScript<Input> {
  /** @default "scripted" */
  readonly id?: string;
  /** `cancel` and `webhook` follow from the script; `resumable` is true unless it says otherwise. */
  readonly capabilities?: Partial<Omit<ProviderCapabilities, "cancel" | "webhook">>;
  /** @default accepted */
  readonly submit?: readonly ScriptLine<SubmitOutcome, SubmitRequest<Input>>[];
  /** @default done, with one tiny picture */
  readonly poll?: readonly ScriptLine<OperationStatus, PollContext<Input> & { readonly operation: Json }>[];
  /** Absent: the provider cannot cancel. */
  readonly cancel?: readonly ScriptLine<CancelOutcome, Json>[];
  /** Absent: the provider cannot look a job up. */
  readonly findByToken?: readonly ScriptLine<LookupOutcome, string>[];
  /**
   * Secrets of call-backs that are signed as by Standard Webhooks, with `{ "job", "operation"? }` as their body; `job` is
   * that of the operations. Absent: the vendor does not call back.
   */
  readonly webhookSecrets?: readonly [string, ...string[]];
}

/** A provider that follows a script and remembers what it was asked. */
export interface ScriptedProvider<Input> extends Provider<Input> {
  /** The paid requests, in order. */
  readonly submits: readonly SubmitRequest<Input>[];
  /** Operations that were asked about, in order. */
  readonly polls: readonly Json[];
  readonly cancels: readonly Json[];
  readonly lookups: readonly string[];
  /** How many paid requests carried a token. More than 1 is money thrown away. */
  paidWith(token: string): number;
}

/**
 * Makes a provider for tests whose answers are written down beforehand.
 *
 * @example
 * ```ts
 * const provider = scriptedProvider({
 *   submit: [{ type: "rejected", failure: { code: "rate_limited", message: "too many" } }, accepted()],
 * });
 * ```
 */
export function scriptedProvider<Input = unknown>(script: ProviderScript<Input> = {}): ScriptedProvider<Input> {
  const submits: SubmitRequest<Input>[] = [];
  const polls: Json[] = [];
  const cancels: Json[] = [];
  const lookups: string[] = [];
  const { id = "scripted", capabilities, cancel, findByToken, webhookSecrets } = script;
  const submit = script.submit ?? [(request: SubmitRequest<Input>) => accepted({ job: request.token })];
  const poll = script.poll ?? [done()];
  return {
    id,
    capabilities: {
      resumable: true,
      progress: false,
      partials: false,
      ...capabilities,
      cancel: cancel !== undefined,
      webhook: webhookSecrets !== undefined,
    },
    submits,
    polls,
    cancels,
    lookups,
    paidWith: (token) => submits.filter((request) => request.token === token).length,
    submit: async (request) => answer(submit, submits.push(request), request),
    poll: async (operation, context) => answer(poll, polls.push(operation), { ...context, operation }),
    ...(cancel && {
      cancel: async (operation: Json) => answer(cancel, cancels.push(operation), operation),
    }),
    ...(findByToken && {
      findByToken: async (token: string) => answer(findByToken, lookups.push(token), token),
    }),
    ...(webhookSecrets && {
      verifyWebhook: async (request: RawWebhook) => verify(request, webhookSecrets),
      requestIdOf: jobOf,
    }),
  };
}

/** The vendor has the job. */
export function accepted(operation: Json = { job: 1 }): SubmitOutcome {
  return { type: "accepted", operation };
}

/** The vendor has finished, with tiny pictures of these shades. */
export function done(...shades: readonly number[]): Extract<OperationStatus, { readonly type: "done" }> {
  const outputs = (shades.length === 0 ? [128] : shades).map((shade) => ({
    bytes: tinyPng(shade),
    contentType: "image/png",
  }));
  return { type: "done", outputs };
}

async function verify(request: RawWebhook, secrets: readonly string[]): Promise<WebhookFacts | null> {
  const signed = await verifyStandardWebhook(request, secrets);
  if (signed === null) return null;
  const body: Json = JSON.parse(new TextDecoder().decode(request.body));
  const job = jobOf(body);
  if (job === null) return null;
  const operation = isObject(body) ? body.operation : undefined;
  return {
    deliveryId: signed.id,
    timestamp: signed.timestamp,
    requestId: job,
    ...(operation !== undefined && { operation }),
  };
}

function jobOf(value: Json): string | null {
  return isObject(value) && value.job !== undefined ? String(value.job) : null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param count how many times it was asked, this time included. */
async function answer<Answer, Question>(
  lines: readonly ScriptLine<Answer, Question>[],
  count: number,
  question: Question,
): Promise<Answer> {
  const line = lines[Math.min(count, lines.length) - 1];
  if (line === undefined) throw new Error("The script has no line for this question.");
  // An answer is never a function itself: all of them are objects or words.
  return typeof line === "function" ? (line as (question: Question) => Answer | Promise<Answer>)(question) : line;
}
