import type { Json } from "@safelight/client/contract";
import { operationRule } from "../../json/operation-json.js";
import { providerOf } from "../../model/failover-providers.js";
import { errorText } from "../../ports/error-text.js";
import type { Provider } from "../../ports/provider.js";
import type { FoundAttempt } from "../../ports/store/webhook-store.js";
import { withinTime } from "../../process/within-time.js";
import type { WebhookTarget } from "../../signing/webhook-urls.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import { parseWebhookFacts } from "./webhook-facts.js";

/** Dependencies of verifying and recording a webhook. */
export type WebhookContext = Pick<
  ServiceContext,
  "store" | "models" | "webhookUrls" | "dispatcher" | "clock" | "logger" | "onCrashPoint"
>;

/** A request to a webhook URL. */
export interface WebhookRequest {
  readonly providerId: string;
  readonly token: string;
  readonly method: string;
  readonly headers: Headers;
  /** Called only after the token and the attempt are verified. */
  readonly readBody: () => Promise<Uint8Array>;
}

/** A webhook with a valid and recent vendor signature, for this attempt's URL. */
export interface VerifiedWebhook {
  readonly target: WebhookTarget;
  readonly deliveryId: string;
  readonly operationHint: Json;
  /** Whether the webhook is for the attempt's job; true while the attempt has no known job. */
  readonly isOwnJob: boolean;
}

/** Max difference between the signed timestamp and now, for clock skew and slow delivery. */
const toleranceMs = 300_000;

/** A vendor waits about this long for a response, and sends the webhook again after a 503. */
const verifyLimitMs = 5_000;

const invalidSignature = "Invalid signature, or a timestamp more than 300 s from now.";

/**
 * Verifies a webhook, with the cheapest check first: the token in the URL, the provider of the attempt, the vendor's
 * signature over the raw bytes, the timestamp.
 *
 * @throws {ServiceError} not_found, webhook_invalid; unavailable when the provider throws or does not respond within 5 s.
 */
export async function verifyWebhook(context: WebhookContext, request: WebhookRequest): Promise<VerifiedWebhook> {
  const { clock, logger, store, webhookUrls } = context;
  const target = await webhookUrls.targetOf(request.providerId, request.token);
  const found = target && (await store.findAttempt(target));
  const provider = found && findProvider(context, found);
  if (target === null || found === null || provider?.verifyWebhook === undefined) throw notFound();

  const { method, headers } = request;
  const raw = { method, headers, body: await request.readBody(), token: found.attempt.token };
  const facts = await callProvider(provider, {
    context,
    what: "verifyWebhook",
    call: async (signal) => parseWebhookFacts(await provider.verifyWebhook?.({ ...raw, signal })),
  });
  if (facts === null || !(Math.abs(clock.now() - facts.timestamp) <= toleranceMs)) {
    logger.warn("Could not verify a webhook.", { event: "webhook.refused", ...target, isSigned: facts !== null });
    throw new ServiceError("webhook_invalid", invalidSignature);
  }
  const { operation } = found.attempt;
  if (facts.operation === undefined)
    logger.warn(`Received a webhook with ${operationRule}.`, { event: "webhook.without_operation", ...target });
  const requestIdOf = { context, what: "requestIdOf", call: async () => provider.requestIdOf?.(operation) };
  const isOwnJob = operation === null || (await callProvider(provider, requestIdOf)) === facts.requestId;
  return { target, deliveryId: facts.deliveryId, operationHint: facts.operation ?? null, isOwnJob };
}

function findProvider({ models }: WebhookContext, { model, attempt }: FoundAttempt): Provider<unknown> | null {
  const known = Object.hasOwn(models, model) ? models[model] : undefined;
  return known === undefined ? null : providerOf(known.providers, attempt);
}

/** An adapter that throws or hangs has not rejected the webhook, so the response asks the vendor to send it again. */
async function callProvider<Result>(
  provider: Provider<unknown>,
  {
    context: { clock, logger },
    what,
    call,
  }: {
    readonly context: WebhookContext;
    readonly what: string;
    readonly call: (signal: AbortSignal) => Promise<Result>;
  },
): Promise<Result> {
  try {
    return await withinTime({ clock, limitMs: verifyLimitMs, what }, call);
  } catch (cause) {
    logger.warn("A provider failed to verify a webhook; responding with 503 so that the vendor sends it again.", {
      event: "webhook.not_verified",
      providerId: provider.id,
      call: what,
      error: errorText(cause),
    });
    throw new ServiceError("unavailable", "The webhook cannot be verified now: send it again.", {
      cause,
      retryAfterMs: 5_000,
    });
  }
}
