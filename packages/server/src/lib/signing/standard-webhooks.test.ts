import { describe, expect, it } from "vitest";
import { signStandardWebhook, verifyStandardWebhook } from "./standard-webhooks.js";

const plain = "a secret of the vendor's, 32 byte";
const secret = `whsec_${btoa(plain)}`;
const other = `whsec_${btoa("another secret, for the rotation")}`;
const delivery = { id: "msg_1", timestamp: 1_800_000_000_000, body: '{"id":"job-1"}' };

const toRequest = (headers: Readonly<Record<string, string>>, body = delivery.body) => ({
  headers: new Headers(headers),
  body: bytesOf(body),
});

describe("verifyStandardWebhook", () => {
  it("verifies the example of the specification", async () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    const request = toRequest(headers, '{"test": 2432232314}');
    const verified = await verifyStandardWebhook(request, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
    expect(verified).toEqual({ id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330_000 });
  });

  it("accepts any of several secrets and signatures, with header names of any case", async () => {
    const headers = await signStandardWebhook(delivery, secret);
    const foreign = await signStandardWebhook(delivery, other);
    const both = `v1a,ignored v2,${"A".repeat(43)}= ${foreign["webhook-signature"]} ${headers["webhook-signature"]}`;
    expect(await verifyStandardWebhook(toRequest(headers), [other, secret])).not.toBeNull();
    expect(await verifyStandardWebhook(toRequest({ ...headers, "webhook-signature": both }), [secret])).not.toBeNull();
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await verifyStandardWebhook(toRequest(upper), [secret])).not.toBeNull();
  });

  it.each<[string, (signed: Readonly<Record<string, string>>) => Readonly<Record<string, string>>]>([
    ["another id", (signed) => ({ ...signed, "webhook-id": "msg_2" })],
    ["no id", (signed) => ({ ...signed, "webhook-id": "" })],
    ["another time", (signed) => ({ ...signed, "webhook-timestamp": "1800000001" })],
    ["no time", (signed) => ({ ...signed, "webhook-timestamp": "" })],
    ["no signature", (signed) => ({ ...signed, "webhook-signature": "" })],
    ["an empty signature", (signed) => ({ ...signed, "webhook-signature": "v1," })],
    ["a signature of another version", (signed) => ({ ...signed, "webhook-signature": `v2,${mac(signed)}` })],
    ["a signature without its version", (signed) => ({ ...signed, "webhook-signature": mac(signed) })],
    [
      "a signature in another encoding",
      (signed) => ({ ...signed, "webhook-signature": `v1,${respelled(mac(signed))}` }),
    ],
    ["a signature that is cut", (signed) => ({ ...signed, "webhook-signature": `v1,${mac(signed).slice(0, 40)}` })],
    [
      "a signature among too many",
      (signed) => ({ ...signed, "webhook-signature": `${"v1, ".repeat(8)}v1,${mac(signed)}` }),
    ],
  ])("refuses %s", async (_what, forge) => {
    const signed = await signStandardWebhook(delivery, secret);
    expect(await verifyStandardWebhook(toRequest(signed), [secret])).not.toBeNull();
    expect(await verifyStandardWebhook(toRequest(forge(signed)), [secret])).toBeNull();
  });

  it.each(["+1800000000", "1800000000.0", "0x6b49d200", "1e9", "999999999999"])(
    "rejects a timestamp that was signed as %s",
    async (seconds) => {
      const key = await crypto.subtle.importKey("raw", bytesOf(plain), { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      const signature = await crypto.subtle.sign("HMAC", key, bytesOf(`msg_1.${seconds}.${delivery.body}`));
      const value = `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
      const headers = { "webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": value };
      expect(await verifyStandardWebhook(toRequest(headers), [secret])).toBeNull();
    },
  );

  it("rejects a body that was parsed and serialized again, another secret, and no secret", async () => {
    const spaced = { ...delivery, body: '{ "id": "job-1" }' };
    const headers = await signStandardWebhook(spaced, secret);
    expect(await verifyStandardWebhook(toRequest(headers, spaced.body), [secret])).not.toBeNull();
    expect(
      await verifyStandardWebhook(toRequest(headers, JSON.stringify(JSON.parse(spaced.body))), [secret]),
    ).toBeNull();
    expect(await verifyStandardWebhook(toRequest(headers, spaced.body), [other])).toBeNull();
    expect(await verifyStandardWebhook(toRequest(headers, spaced.body), [])).toBeNull();
  });

  it.each(["", "whsec_", "not base64!", `whsec_${btoa("short")}`])("rejects the malformed secret %j", async (text) => {
    const headers = await signStandardWebhook(delivery, secret);
    await expect(verifyStandardWebhook(toRequest(headers), [text])).rejects.toThrow(TypeError);
  });
});

/** The same bytes: the last character has two unused bits. */
function respelled(text: string): string {
  return text.replace(/.(?==$)/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
}

function mac(signed: Readonly<Record<string, string>>): string {
  return signed["webhook-signature"]?.replace("v1,", "") ?? "";
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
