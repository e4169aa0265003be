import type { Json } from "@safelight/client/contract";
import { operationRule } from "../../json/operation-json.js";
import { providerOf } from "../../model/provider-chain.js";
import { errorText } from "../../ports/error-text.js";
import type { Provider } from "../../ports/provider.js";
import type { FoundAttempt } from "../../ports/store/webhook-store.js";
import { withinTime } from "../../process/within-time.js";
import type { WebhookTarget } from "../../signing/webhook-urls.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";
import { parseWebhookFacts } from "./webhook-facts.js";

/** What verifying and recording a call-back works with. */
export type WebhookContext = Pick<
  ServiceContext,
  "store" | "models" | "webhookUrls" | "dispatcher" | "clock" | "logger" | "onCrashPoint"
>;

/** A request at the URL of a call-back. */
export interface WebhookRequest {
  readonly providerId: string;
  readonly token: string;
  readonly method: string;
  readonly headers: Headers;
  /** Not read before it is known whose it would be. */
  readonly readBody: () => Promise<Uint8Array>;
}

/** A call-back that its vendor signed just now, for this attempt's URL. */
export interface VerifiedWebhook {
  readonly target: WebhookTarget;
  readonly deliveryId: string;
  readonly hint: Json;
  /** Whether it is about the job that the attempt is known to have; true while none is known. */
  readonly isOwnJob: boolean;
}

/** How far a vendor's clock may be from ours, and how long a delivery may be on its way. */
const toleranceMs = 300_000;

/** A vendor waits about this long for a response, and sends the webhook again after a 503. */
const verifyLimitMs = 5_000;

const forged = "The signature does not hold, or it is not of these minutes.";

/**
 * Verifies a call-back, the cheapest check first: the token of its URL, the provider of that attempt, the vendor's
 * signature over the raw bytes, its time.
 *
 * @throws {ServiceError} not_found, webhook_invalid; unavailable when the provider cannot decide now, or not in time.
 */
export async function verifyWebhook(context: WebhookContext, request: WebhookRequest): Promise<VerifiedWebhook> {
  const { clock, logger, store, webhookUrls } = context;
  const target = await webhookUrls.targetOf(request.providerId, request.token);
  const found = target && (await store.findAttempt(target));
  const provider = found && findProvider(context, found);
  if (target === null || found === null || provider?.verifyWebhook === undefined) throw notFound();

  const { method, headers } = request;
  const raw = { method, headers, body: await request.readBody(), token: found.attempt.token };
  const facts = await asking(provider, context, async (signal) =>
    parseWebhookFacts(await provider.verifyWebhook?.({ ...raw, signal })),
  );
  if (facts === null || !(Math.abs(clock.now() - facts.timestamp) <= toleranceMs)) {
    logger.warn("A call-back could not be verified.", { ...target, isSigned: facts !== null });
    throw new ServiceError("webhook_invalid", forged);
  }
  const { operation } = found.attempt;
  if (facts.operation === undefined) logger.warn(`A call-back came with ${operationRule}.`, { ...target });
  const requestId = operation && (await asking(provider, context, async () => provider.requestIdOf?.(operation)));
  const isOwnJob = operation === null || requestId === facts.requestId;
  return { target, deliveryId: facts.deliveryId, hint: facts.operation ?? null, isOwnJob };
}

function findProvider({ models }: WebhookContext, { model, attempt }: FoundAttempt): Provider<unknown> | null {
  const known = Object.hasOwn(models, model) ? models[model] : undefined;
  return known === undefined ? null : providerOf(known.providers, attempt);
}

/** Hosts write adapters, too: one that throws or hangs has decided nothing, and the vendor is asked to send again. */
async function asking<Answer>(
  provider: Provider<unknown>,
  { clock, logger }: WebhookContext,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await withinTime(clock, { limitMs: verifyLimitMs, what: "verifyWebhook" }, ask);
  } catch (cause) {
    logger.warn("A provider could not verify a webhook; the vendor is asked to send it again.", {
      providerId: provider.id,
      error: errorText(cause),
    });
    throw new ServiceError("unavailable", "It cannot be verified now: send it again.", { cause, retryAfterMs: 5_000 });
  }
}
