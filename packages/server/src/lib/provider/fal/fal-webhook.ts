import { fromHex } from "../../bytes/hex.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import { asRecord } from "../../json/as-record.js";
import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { FalKeys } from "./fal-keys.js";
import { isRequestId } from "./fal-operation.js";

/**
 * Verifies a webhook of fal: Ed25519 over three headers and the hash of the raw body.
 *
 * @param options.userId fal account that the webhook must name; absent for any. fal signs for all customers with the same keys.
 * @returns `null` if it is forged, or names another account.
 * @throws if fal does not return its keys in time.
 * @see https://docs.fal.ai/model-apis/model-endpoints/webhooks (2026-11)
 */
export async function verifyFalWebhook(
  { headers, body, signal: until }: Pick<RawWebhook, "headers" | "body" | "signal">,
  { keys, userId }: { readonly keys: FalKeys; readonly userId: string | undefined },
): Promise<Omit<WebhookFacts, "operation"> | null> {
  const delivery = headers.get("x-fal-webhook-request-id") ?? "";
  const user = headers.get("x-fal-webhook-user-id") ?? "";
  const seconds = headers.get("x-fal-webhook-timestamp") ?? "";
  const signature = fromHex(headers.get("x-fal-webhook-signature") ?? "", 64);
  // No sign and no fraction: the signed text must have only one meaning.
  if (delivery === "" || user === "" || !/^\d{1,11}$/.test(seconds) || signature === null) return null;
  if (userId !== undefined && user !== userId) return null;
  const signed = new TextEncoder().encode([delivery, user, seconds, await sha256Hex(body)].join("\n"));
  if (!(await isSigned({ signature, signed }, { keys, until }))) return null;
  const { request_id: requestId, status } = asRecord(jsonOf({ body }));
  if (!isRequestId(requestId)) return null;
  // A job ends once, but fal may deliver several webhooks for it.
  const deliveryId = `${status === "OK" ? "ok" : "error"}:${requestId}`.slice(0, 255);
  return { deliveryId, requestId, timestamp: Number(seconds) * 1_000 };
}

/** The webhook does not name its key, so each key is tried. */
async function isSigned(
  { signature, signed }: Readonly<Record<"signature" | "signed", Uint8Array<ArrayBuffer>>>,
  { keys, until }: { readonly keys: FalKeys; readonly until: AbortSignal | undefined },
): Promise<boolean> {
  const isByOneOf = async (candidates: readonly CryptoKey[]): Promise<boolean> => {
    const verdicts = candidates.map((key) => crypto.subtle.verify("Ed25519", key, signature, signed));
    return (await Promise.all(verdicts)).includes(true);
  };
  const current = await keys.current(until);
  if (await isByOneOf(current)) return true;
  const newer = await keys.newer(current, until);
  return newer !== null && isByOneOf(newer);
}
