import { afterEach, describe, expect, it, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { InputFileUnavailable } from "../../ports/input-files.js";
import { type ReplicateOptions, replicate } from "./replicate.js";

const now = 1_700_000_000_000;
const input = { prompt: "a quiet lake" };
const version = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa";

function submitting(
  response: () => Response | Promise<Response>,
  options: ReplicateOptions = {},
  model = "black-forest-labs/flux-schnell",
) {
  const vendor = recordedFetch(response);
  const provider = replicate(model, { apiKey: "r8_key", fetch: vendor.fetch, now: () => now, ...options });
  return { ...vendor, submit: (change = {}) => provider.submit(submitRequest({ input, ...change })) };
}

const created = (): Response => Response.json({ id: "p1", status: "starting" }, { status: 201 });

afterEach(() => vi.unstubAllEnvs());

describe("replicate submit", () => {
  it("sends the input with the key, and stores the id", async () => {
    const { submit, requests } = submitting(created);
    expect(await submit()).toEqual({ type: "accepted", operation: { id: "p1", acceptedAt: now } });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer r8_key");
    expect(requests[0]?.headers.has("prefer")).toBe(false);
    expect(await requests[0]?.json()).toEqual({ input });
  });

  it.each([
    ["black-forest-labs/flux-schnell", "/models/black-forest-labs/flux-schnell/predictions", {}],
    ["deployments/ann/poster", "/deployments/ann/poster/predictions", {}],
    [`ann/poster:${version}`, "/predictions", { version: `ann/poster:${version}` }],
    [version, "/predictions", { version }],
  ])("sends %s to %s", async (model, path, body) => {
    const { submit, requests } = submitting(created, {}, model);
    await submit();
    expect(requests[0]?.url).toBe(`https://api.replicate.com/v1${path}`);
    expect(await requests[0]?.json()).toEqual({ ...body, input });
  });

  it("requests webhooks if the host has a public URL", async () => {
    const { submit, requests } = submitting(created);
    const webhookUrl = "https://host.example/webhooks/replicate/a.1.b";
    // The operation does not affect the poll interval: the worker decides it.
    expect(await submit({ webhookUrl })).toEqual(await submit());
    const requested = { webhook: webhookUrl, webhook_events_filter: ["start", "completed"] };
    expect(await requests[0]?.json()).toEqual({ input, ...requested });
  });

  it("sends the deadline", async () => {
    const { submit, requests } = submitting(created, { cancelAfterMs: 90_500 });
    await submit();
    expect(requests[0]?.headers.get("cancel-after")).toBe("91s");
  });

  it("sends uploaded images and videos as URLs, or as data URLs without a public URL", async () => {
    const image = "inp_00000000-0000-4000-8000-000000000001";
    const files = {
      read: async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "image/png" }),
      urlOf: async () => "https://host.example/image.png",
    };
    const { submit, requests } = submitting(created);
    await submit({ input: { image }, files });
    await submit({ input: { input_images: [image] }, files: { ...files, urlOf: async () => null } });
    const read = async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "video/mp4" });
    await submit({ input: { source: { video: image } }, files: { read, urlOf: async () => null } });
    expect(await requests[2]?.json()).toEqual({ input: { source: { video: "data:video/mp4;base64,AQID" } } });
    expect(await requests[0]?.json()).toEqual({ input: { image: "https://host.example/image.png" } });
    expect(await requests[1]?.json()).toEqual({ input: { input_images: ["data:image/png;base64,AQID"] } });
  });

  it("sends nothing if an uploaded image was deleted", async () => {
    const { submit, requests } = submitting(created);
    const image = "inp_00000000-0000-4000-8000-000000000001";
    await expect(submit({ input: { image } })).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(requests).toEqual([]);
  });

  it("reads the key from the environment, and sends nothing without one", async () => {
    vi.stubEnv("REPLICATE_API_TOKEN", "");
    const vendor = recordedFetch(created);
    const provider = replicate("black-forest-labs/flux-schnell", { fetch: vendor.fetch });
    const outcome = await provider.submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    expect(vendor.requests).toEqual([]);
    vi.stubEnv("REPLICATE_API_TOKEN", "r8_environment");
    await provider.submit(submitRequest({ input }));
    expect(vendor.requests[0]?.headers.get("authorization")).toBe("Bearer r8_environment");
  });
});

describe("replicate refuses a request", () => {
  it.each([
    [401, { title: "Unauthenticated" }, "unauthenticated"],
    [
      402,
      { title: "Insufficient credit", detail: "You have insufficient credit.", status: 402 },
      "insufficient_credit",
    ],
    [403, { detail: "Forbidden" }, "forbidden"],
    [404, { detail: "Not found" }, "not_found"],
    [422, { detail: "- input.prompt: a quiet lake", invalid_fields: [] }, "invalid_input"],
    [422, null, "invalid_input"],
    [429, { detail: "Slow down" }, "rate_limited"],
  ])("maps %i with %j to %s", async (status, body, code) => {
    const outcome = await submitting(() => Response.json(body, { status })).submit();
    expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it.each([
    [{ "retry-after": "2" }, "resets in ~30s.", 2_000],
    [{ "retry-after": new Date(now + 5_000).toUTCString() }, "", 5_000],
    [{}, "Request was throttled. Your rate limit resets in ~30s.", 30_000],
    [{}, "Request was throttled.", undefined],
    [{}, null, undefined],
  ])("reads the delay from %j and %j", async (headers, detail, wait) => {
    const outcome = await submitting(() => Response.json({ detail }, { status: 429, headers })).submit();
    expect(outcome.type === "rejected" && outcome.failure.retryAfterMs).toBe(wait);
  });

  it.each([
    [500, "<html>"],
    [502, "<html>Bad gateway</html>"],
    [503, "{}"],
    [504, ""],
    [302, ""],
    [201, "<html>"],
    [201, ""],
    [201, '{"id":'],
    [201, '{"id":"../account"}'],
    [201, "null"],
  ])("reports an unknown outcome for %i %s", async (status, body) => {
    expect((await submitting(() => new Response(body, { status })).submit()).type).toBe("unknown");
  });

  it("rejects an unreachable host, and reports a broken or aborted request as unknown", async () => {
    const failing = (cause: object) => async () => {
      throw new TypeError("fetch failed", { cause });
    };
    const unreached = await submitting(failing({ code: "ENOTFOUND" })).submit();
    expect(unreached).toMatchObject({ type: "rejected", failure: { code: "provider_unavailable" } });
    expect((await submitting(failing({ code: "ECONNRESET" })).submit()).type).toBe("unknown");
    const signal = AbortSignal.abort();
    const { submit } = submitting(async () => {
      signal.throwIfAborted();
      return created();
    });
    expect((await submit({ signal })).type).toBe("unknown");
  });
});
