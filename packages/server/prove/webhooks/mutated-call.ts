import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import type { SignedCall } from "./calling-vendor.js";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A genuine call-back with one letter changed, somewhere in what must hold. */
export function mutated(call: SignedCall, random: SeededRandom): { readonly name: string; readonly call: SignedCall } {
  const part = random.pick(["body", "token", "webhook-id", "webhook-timestamp", "webhook-signature"]);
  const name = `another letter in the ${part}`;
  if (part === "body") return { name, call: { ...call, body: withOtherLetter(call.body, 0, random) } };
  if (part === "token") {
    return { name, call: { ...call, url: withOtherLetter(call.url, call.url.lastIndexOf("/") + 1, random) } };
  }
  const value = withOtherLetter(call.headers[part] ?? "", 0, random);
  return { name, call: { ...call, headers: { ...call.headers, [part]: value } } };
}

function withOtherLetter(text: string, from: number, random: SeededRandom): string {
  const at = random.between(from, text.length - 1);
  const others = letters.replace(text[at] ?? "", "");
  return text.slice(0, at) + others[random.between(0, others.length - 1)] + text.slice(at + 1);
}
