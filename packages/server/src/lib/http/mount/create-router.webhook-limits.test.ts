import { describe, expect, it } from "vitest";
import { deliver, type Input, scripted, sent } from "../../../../testing/webhook-scene.js";
import type { Provider, RawWebhook } from "../../ports/provider.js";
import { fal } from "../../provider/fal/fal.js";

type Verify = NonNullable<Provider<Input>["verifyWebhook"]>;

/** A `verifyWebhook` that stays pending until the test settles it. */
function held() {
  let reject = (_error: Error): void => {};
  let called = (_request: RawWebhook): void => {};
  const request = new Promise<RawWebhook>((resolve) => {
    called = resolve;
  });
  const verifyWebhook: Verify = (raw) =>
    new Promise((_, fail) => {
      reject = fail;
      called(raw);
    });
  return { verifyWebhook, request, reject: (error: Error) => reject(error) };
}

const statusOf = (response: Response) => [response.status, response.headers.get("retry-after")];

describe("a webhook whose provider cannot verify it", () => {
  it("is refused with 503 after 5 s when verifyWebhook hangs, and its signal aborts", async () => {
    const { reject, request, verifyWebhook } = held();
    const given = await sent(scripted(), { verifyWebhook });
    const response = deliver(given);
    const { signal } = await request;
    await given.server.clock.advance(4_999);
    expect(signal?.aborted).toBe(false);
    await given.server.clock.advance(1);
    expect(statusOf(await response)).toEqual([503, "5"]);
    expect(signal?.aborted).toBe(true);
    // A late rejection must be handled: an unhandled one fails the run.
    reject(new Error("no keys, a minute later"));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it.each<readonly [string, () => never]>([
    ["throws at once", () => raise(new Error("no keys"))],
    ["throws a text", () => raise("no keys")],
    ["throws nothing", () => raise(undefined)],
    ["throws an object without a text", () => raise(Object.create(null))],
  ])("is refused with 503 at once when verifyWebhook %s", async (_, verifyWebhook) => {
    const given = await sent(scripted(), { verifyWebhook });
    expect(statusOf(await deliver(given))).toEqual([503, "5"]);
    expect(given.server.logs).toMatchObject([{ level: "warn", fields: { providerId: "scripted" } }, { level: "warn" }]);
  });

  it("is refused with 503 at once when verifyWebhook rejects with a non-Error value", async () => {
    const given = await sent(scripted(), { verifyWebhook: () => Promise.reject() });
    expect(statusOf(await deliver(given))).toEqual([503, "5"]);
  });
});

describe("the keys of a vendor that hangs", () => {
  it("are aborted with the signal, and requested again by the next webhook", async () => {
    let keyRequests = 0;
    // It ignores the signal, as a wrapped `fetch` may.
    const fetch = () => {
      keyRequests += 1;
      return new Promise<never>(() => {});
    };
    const { verifyWebhook } = fal("fal-ai/flux/dev", { apiKey: "k", fetch });
    for (const webhooks of [1, 2]) {
      const limit = new AbortController();
      const verdict = verifyWebhook?.({ ...signedByNobody(), signal: limit.signal });
      limit.abort(new Error("too late"));
      await expect(verdict).rejects.toThrow("too late");
      expect(keyRequests).toBe(webhooks);
    }
  });

  it("are fetched under the webhook's signal", async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      signals.push(init?.signal);
      return Response.json({});
    };
    const { signal } = new AbortController();
    const { verifyWebhook } = fal("fal-ai/flux/dev", { apiKey: "k", fetch });
    await expect(verifyWebhook?.({ ...signedByNobody(), signal })).rejects.toThrow("keys");
    expect(signals).toEqual([signal]);
  });
});

/** Complete headers of fal, with an invalid signature. */
function signedByNobody(): RawWebhook {
  const headers = new Headers({
    "x-fal-webhook-request-id": "id",
    "x-fal-webhook-user-id": "user",
    "x-fal-webhook-timestamp": "1700000000",
    "x-fal-webhook-signature": "ab".repeat(64),
  });
  return { method: "POST", headers, body: new TextEncoder().encode("{}") };
}

function raise(thrown: unknown): never {
  throw thrown;
}
