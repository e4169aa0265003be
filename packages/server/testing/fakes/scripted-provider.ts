import type { Json } from "@safelight/client/contract";
import { isJsonObject } from "../../src/lib/json/is-json-object.js";
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

/** A result, or a function that returns it for a call. The function may throw or be asynchronous. */
export type ScriptLine<Result, Call> = Result | ((call: Call) => Result | Promise<Result>);

/** Results of each method, by call: the first line for the first call, and so on. The last line repeats. */
export interface ProviderScript<Input> {
  /** @default "scripted" */
  readonly id?: string;
  /** `cancel` and `webhook` follow from the script. @default `resumable` is true, the others false */
  readonly capabilities?: Partial<Omit<ProviderCapabilities, "cancel" | "webhook">>;
  /** @default accepted, with the request's token as job id */
  readonly submit?: readonly ScriptLine<SubmitOutcome, SubmitRequest<Input>>[];
  /** @default done, with one tiny image */
  readonly poll?: readonly ScriptLine<OperationStatus, PollContext<Input> & { readonly operation: Json }>[];
  /** Absent: the provider cannot cancel. */
  readonly cancel?: readonly ScriptLine<CancelOutcome, Json>[];
  /** Absent: the provider cannot look up a job. */
  readonly findByToken?: readonly ScriptLine<LookupOutcome, string>[];
  /**
   * Secrets of Standard Webhooks with the body `{ "job", "operation"? }`. `job` is the operation's `job`. Absent: the
   * vendor sends no webhooks.
   */
  readonly webhookSecrets?: readonly [string, ...string[]];
}

/** A provider that follows a script and records its calls. */
export interface ScriptedProvider<Input> extends Provider<Input> {
  /** The paid requests, in order. */
  readonly submits: readonly SubmitRequest<Input>[];
  /** The operation of each poll, in order. */
  readonly polls: readonly Json[];
  readonly cancels: readonly Json[];
  readonly lookups: readonly string[];
  /** Number of paid requests with a token. A correct worker sends at most 1. */
  paidWith(token: string): number;
}

/**
 * Creates a provider for tests that returns scripted results.
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
      previews: false,
      ...capabilities,
      cancel: cancel !== undefined,
      webhook: webhookSecrets !== undefined,
    },
    submits,
    polls,
    cancels,
    lookups,
    paidWith: (token) => submits.filter((request) => request.token === token).length,
    submit: async (request) => resultOf(submit, submits.push(request), request),
    poll: async (operation, context) => resultOf(poll, polls.push(operation), { ...context, operation }),
    ...(cancel && {
      cancel: async (operation: Json) => resultOf(cancel, cancels.push(operation), operation),
    }),
    ...(findByToken && {
      findByToken: async (token: string) => resultOf(findByToken, lookups.push(token), token),
    }),
    ...(webhookSecrets && {
      verifyWebhook: async (request: RawWebhook) => verify(request, webhookSecrets),
      requestIdOf: jobOf,
    }),
  };
}

/** The vendor accepted the job. */
export function accepted(operation: Json = { job: 1 }): SubmitOutcome {
  return { type: "accepted", operation };
}

/** The job is done, with one tiny image for each shade from 0 to 255. @default one image */
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
  const operation = isJsonObject(body) ? body.operation : undefined;
  return {
    deliveryId: signed.id,
    timestamp: signed.timestamp,
    requestId: job,
    ...(operation !== undefined && { operation }),
  };
}

function jobOf(value: Json): string | null {
  return isJsonObject(value) && value.job !== undefined ? String(value.job) : null;
}

/** @param count number of calls, including this one. */
async function resultOf<Result, Call>(
  lines: readonly ScriptLine<Result, Call>[],
  count: number,
  call: Call,
): Promise<Result> {
  const line = lines[Math.min(count, lines.length) - 1];
  if (line === undefined) throw new Error("The script has no line for this call.");
  // Results are objects or strings, so a function is never a result.
  return typeof line === "function" ? (line as (call: Call) => Result | Promise<Result>)(call) : line;
}
