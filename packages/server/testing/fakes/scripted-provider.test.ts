import { describe, expect, it } from "vitest";
import { measureMedia } from "../../src/lib/media/measure-media.js";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";
import { bytesOf } from "../bytes-of.js";
import { submitRequest } from "../submit-request.js";
import { accepted, done, scriptedProvider } from "./scripted-provider.js";

const request = (token: string) => submitRequest({ input: {}, token });

describe("scriptedProvider", () => {
  it("returns line by line and repeats the last one", async () => {
    const unknown = { type: "unknown", reason: "cut" } as const;
    const provider = scriptedProvider({ submit: [accepted("a"), () => unknown] });
    const outcomes = [];
    for (const token of ["1", "2", "3"]) outcomes.push(await provider.submit(request(token)));
    expect(outcomes).toEqual([accepted("a"), unknown, unknown]);
  });

  it("counts paid requests per token", async () => {
    const provider = scriptedProvider();
    for (const token of ["once", "twice", "twice"]) await provider.submit(request(token));
    expect(["never", "once", "twice"].map(provider.paidWith)).toEqual([0, 1, 2]);
  });

  it("counts a paid request whose line throws", async () => {
    const provider = scriptedProvider({
      submit: [
        () => {
          throw new Error("reset");
        },
      ],
    });
    await expect(provider.submit(request("once"))).rejects.toThrow("reset");
    expect(provider.paidWith("once")).toBe(1);
  });

  it("has only the capabilities of its script", () => {
    const plain = scriptedProvider();
    expect([plain.capabilities.cancel, plain.cancel, plain.findByToken]).toEqual([false, undefined, undefined]);
    expect(scriptedProvider({ cancel: ["canceled"] }).capabilities.cancel).toBe(true);
  });

  it("accepts only webhooks that were signed with its secrets", async () => {
    const secret = `whsec_${btoa("a secret of the vendor's, 32 byte")}`;
    const provider = scriptedProvider({ webhookSecrets: [secret] });
    expect(provider.capabilities.webhook).toBe(true);
    const deliver = async (body: string, headers?: Readonly<Record<string, string>>) => {
      const signed = await signStandardWebhook({ id: "msg_1", timestamp: 1_800_000_000_000, body }, secret);
      const bytes = new TextEncoder().encode(body);
      return provider.verifyWebhook?.({ method: "POST", headers: new Headers(headers ?? signed), body: bytes });
    };
    const facts = { deliveryId: "msg_1", timestamp: 1_800_000_000_000, requestId: "1" };
    expect(await deliver('{"job":1}')).toEqual(facts);
    expect(await deliver('{"job":1,"operation":{"job":1}}')).toEqual({ ...facts, operation: { job: 1 } });
    expect(await deliver('{"job":1}', {})).toBeNull();
    expect(await deliver("{}")).toBeNull();
    expect([provider.requestIdOf?.({ job: 1 }), provider.requestIdOf?.(null)]).toEqual(["1", null]);
    expect(scriptedProvider().verifyWebhook).toBeUndefined();
  });

  it("returns valid images", () => {
    const sizes = bytesOf(done(0, 255).outputs).map(measureMedia);
    expect(sizes).toEqual([
      { contentType: "image/png", width: 1, height: 1 },
      { contentType: "image/png", width: 1, height: 1 },
    ]);
  });
});
