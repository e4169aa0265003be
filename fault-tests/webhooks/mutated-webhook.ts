import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { SignedWebhook } from "./webhook-vendor.js";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Changes one letter of a genuine webhook, in a signed part. */
export function mutateWebhook(
  webhook: SignedWebhook,
  random: SeededRandom,
): { readonly name: string; readonly webhook: SignedWebhook } {
  const part = random.pick(["body", "token", "webhook-id", "webhook-timestamp", "webhook-signature"]);
  const name = `another letter in the ${part}`;
  if (part === "body")
    return { name, webhook: { ...webhook, body: withOtherLetter(webhook.body, { from: 0, random }) } };
  if (part === "token") {
    return {
      name,
      webhook: { ...webhook, url: withOtherLetter(webhook.url, { from: webhook.url.lastIndexOf("/") + 1, random }) },
    };
  }
  const value = withOtherLetter(webhook.headers[part] ?? "", { from: 0, random });
  return { name, webhook: { ...webhook, headers: { ...webhook.headers, [part]: value } } };
}

function withOtherLetter(
  text: string,
  { from, random }: { readonly from: number; readonly random: SeededRandom },
): string {
  const at = random.between(from, text.length - 1);
  const others = letters.replace(text[at] ?? "", "");
  return text.slice(0, at) + others[random.between(0, others.length - 1)] + text.slice(at + 1);
}
