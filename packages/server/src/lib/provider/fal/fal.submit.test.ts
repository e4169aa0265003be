import { afterEach, describe, expect, it, vi } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { submitRequest } from "../../../../testing/submit-request.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import { InputFileUnavailable } from "../../ports/input-files.js";
import { type FalOptions, fal } from "./fal.js";

const now = 1_700_000_000_000;
const input = { prompt: "a quiet lake" };

const accepted = {
  request_id: "r1",
  status: "IN_QUEUE",
  queue_position: 0,
  response_url: "https://queue.fal.run/fal-ai/flux/requests/r1/response",
  status_url: "https://queue.fal.run/fal-ai/flux/requests/r1/status",
  cancel_url: "https://queue.fal.run/fal-ai/flux/requests/r1/cancel",
};

function submitting(respond: () => Response | Promise<Response>, options: FalOptions = {}, model = "fal-ai/flux/dev") {
  const vendor = recordedFetch(respond);
  const provider = fal(model, { apiKey: "id:secret", fetch: vendor.fetch, now: () => now, ...options });
  return { ...vendor, provider, submit: (change = {}) => provider.submit(submitRequest({ input, ...change })) };
}

afterEach(() => vi.unstubAllEnvs());

describe("fal submit", () => {
  it("sends the input and the key to the queue of the model", async () => {
    const { submit, requests } = submitting(() => Response.json(accepted));
    await submit();
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe("https://queue.fal.run/fal-ai/flux/dev");
    expect(request?.headers.get("authorization")).toBe("Key id:secret");
    expect(await request?.json()).toEqual(input);
    expect(requests).toHaveLength(1);
  });

  it("stores the URLs of the response", async () => {
    const { submit } = submitting(() => Response.json(accepted, { status: 202 }));
    expect(await submit()).toEqual({
      type: "accepted",
      operation: {
        requestId: "r1",
        statusUrl: accepted.status_url,
        responseUrl: accepted.response_url,
        cancelUrl: accepted.cancel_url,
        acceptedAt: now,
      },
    });
  });

  it.each([
    ["a foreign host", "https://queue.fal.run.evil.example/status"],
    ["a host with the same ending", "https://evilfal.run/status"],
    ["plain http", "http://queue.fal.run/status"],
    ["another port", "https://queue.fal.run:8443/status"],
    ["credentials that look like a host", "https://queue.fal.run@evil.example/status"],
    ["nothing", undefined],
    ["not a URL", 7],
  ])("replaces %s by the expected URL", async (_, url) => {
    const hostile = { request_id: "r1", status_url: url, response_url: url, cancel_url: url };
    const { submit } = submitting(() => Response.json(hostile));
    expect(await submit()).toEqual({
      type: "accepted",
      operation: {
        requestId: "r1",
        statusUrl: "https://queue.fal.run/fal-ai/flux/requests/r1/status",
        responseUrl: "https://queue.fal.run/fal-ai/flux/requests/r1",
        cancelUrl: "https://queue.fal.run/fal-ai/flux/requests/r1/cancel",
        acceptedAt: now,
      },
    });
  });

  it("polls a proxy through the proxy, and sends the proxy's key to no other host", async () => {
    const { submit, requests, provider } = submitting(() => Response.json(accepted), {
      baseUrl: "https://proxy.internal/fal",
    });
    const outcome = await submit();
    if (outcome.type !== "accepted") throw new Error("Expected an accepted job.");
    const job = "https://proxy.internal/fal/fal-ai/flux/requests/r1";
    expect(outcome.operation).toMatchObject({
      statusUrl: `${job}/status`,
      responseUrl: job,
      cancelUrl: `${job}/cancel`,
    });
    const context = { input, token: "token-1", signal: new AbortController().signal };
    await provider.poll?.(outcome.operation, context).catch(() => null);
    await provider.cancel?.(outcome.operation, callContext).catch(() => null);
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(new Set(["https://proxy.internal"]));
  });

  it.each([
    ["fal-ai/flux", "fal-ai/flux"],
    ["workflows/ann/poster/fast", "workflows/ann/poster"],
    ["comfy/ann/poster", "comfy/ann/poster"],
  ])("finds jobs of %s at %s", async (model, application) => {
    const { submit } = submitting(() => Response.json({ request_id: "r1" }), {}, model);
    const outcome = await submit();
    const statusUrl = `https://queue.fal.run/${application}/requests/r1/status`;
    expect(outcome).toMatchObject({ operation: { statusUrl } });
  });

  it("requests a webhook if the host has a public URL", async () => {
    const { submit, requests } = submitting(() => Response.json(accepted));
    const webhookUrl = "https://host.example/webhooks/fal/a.1.b?c=d&e=f";
    // The operation does not affect the poll interval: the worker decides it.
    expect(await submit({ webhookUrl })).toEqual(await submit());
    expect(new URL(requests[0]?.url ?? "").searchParams.get("fal_webhook")).toBe(webhookUrl);
  });

  it("sends the headers of its options", async () => {
    const options = { priority: "low", startWithinMs: 90_000, keepOutputsForMs: 3_600_000 } as const;
    const { submit, requests } = submitting(() => Response.json(accepted), options);
    await submit();
    const headers = requests[0]?.headers;
    expect(headers?.get("x-fal-queue-priority")).toBe("low");
    expect(headers?.get("x-fal-request-timeout")).toBe("90");
    expect(headers?.get("x-fal-object-lifecycle-preference")).toBe('{"expiration_duration_seconds":3600}');
  });

  it("sends uploaded images and videos as URLs, or as data URLs without a public URL", async () => {
    const image_url = "inp_00000000-0000-4000-8000-000000000001";
    const files = {
      read: async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "image/png" }),
      urlOf: async () => "https://host.example/image.png",
    };
    const { submit, requests } = submitting(() => Response.json(accepted));
    await submit({ input: { ...input, image_url }, files });
    await submit({ input: { ...input, image_urls: [image_url] }, files: { ...files, urlOf: async () => null } });
    const read = async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "video/mp4" });
    await submit({ input: { ...input, video_url: image_url }, files: { read, urlOf: async () => null } });
    expect(await requests[2]?.json()).toEqual({ ...input, video_url: "data:video/mp4;base64,AQID" });
    expect(await requests[0]?.json()).toEqual({ ...input, image_url: "https://host.example/image.png" });
    expect(await requests[1]?.json()).toEqual({ ...input, image_urls: ["data:image/png;base64,AQID"] });
  });

  it("sends nothing if an uploaded image was deleted", async () => {
    const { submit, requests } = submitting(() => Response.json(accepted));
    const image_url = "inp_00000000-0000-4000-8000-000000000001";
    await expect(submit({ input: { image_url } })).rejects.toSatisfy(InputFileUnavailable.isInstance);
    expect(requests).toEqual([]);
  });

  it("reads the key from the environment, and sends nothing without one", async () => {
    vi.stubEnv("FAL_KEY", "");
    const vendor = recordedFetch(() => Response.json(accepted));
    const provider = fal("fal-ai/flux/dev", { fetch: vendor.fetch });
    const outcome = await provider.submit(submitRequest({ input }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated" } });
    expect(vendor.requests).toEqual([]);
    vi.stubEnv("FAL_KEY", "from:environment");
    await provider.submit(submitRequest({ input }));
    expect(vendor.requests[0]?.headers.get("authorization")).toBe("Key from:environment");
  });
});

describe("fal refuses a request", () => {
  it.each([
    [401, { detail: "Unauthorized" }, "unauthenticated"],
    [403, { detail: "User is locked. Reason: Exhausted balance. Top up." }, "insufficient_credit"],
    [403, { detail: "User is locked. Reason: TOP_UP" }, "insufficient_credit"],
    [403, { detail: "User is locked. Reason: Admin lock" }, "forbidden"],
    [403, { detail: "Forbidden" }, "forbidden"],
    [404, { detail: "Application not found" }, "not_found"],
    [422, { detail: [{ loc: ["body"], msg: "a quiet lake", type: "content_policy_violation" }] }, "content_blocked"],
    [422, { detail: [{ type: "missing" }, { type: "content_policy_violation" }] }, "content_blocked"],
    [422, { detail: [{ loc: ["body", "prompt"], msg: "a quiet lake", type: "missing" }] }, "invalid_input"],
    [422, { detail: "a quiet lake" }, "invalid_input"],
    [422, null, "invalid_input"],
    [429, { detail: "Slow down" }, "rate_limited"],
    [400, { detail: [{ type: "downstream_service_error" }] }, "provider_unavailable"],
  ])("maps %i with %j to %s", async (status, body, code) => {
    const outcome = await submitting(() => Response.json(body, { status })).submit();
    expect(outcome).toMatchObject({ type: "rejected", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it.each([
    ["2", 2_000],
    [new Date(now + 5_000).toUTCString(), 5_000],
    [undefined, undefined],
  ])("reads the delay of Retry-After %s", async (header, wait) => {
    const headers = header === undefined ? {} : { "retry-after": header };
    const outcome = await submitting(() => Response.json({}, { status: 429, headers })).submit();
    expect(outcome.type === "rejected" && outcome.failure.retryAfterMs).toBe(wait);
  });

  it.each([
    [500, "<html>"],
    [502, "<html>Bad gateway</html>"],
    [503, JSON.stringify({ detail: "No runner", error_type: "runner_scheduling_failure" })],
    [504, ""],
    [499, JSON.stringify({ error_type: "client_disconnected" })],
    [302, ""],
    [200, "<html>"],
    [200, ""],
    [200, '{"request_id":'],
    [200, '{"request_id":""}'],
    [200, "null"],
  ])("reports an unknown outcome for %i %s", async (status, body) => {
    expect((await submitting(() => new Response(body, { status })).submit()).type).toBe("unknown");
  });

  it("rejects an unreachable host, and reports a broken connection as unknown", async () => {
    const failing = (cause: object) => async () => {
      throw new TypeError("fetch failed", { cause });
    };
    const unreached = await submitting(failing({ code: "ECONNREFUSED" })).submit();
    expect(unreached).toMatchObject({ type: "rejected", failure: { code: "provider_unavailable" } });
    expect((await submitting(failing({ code: "ECONNRESET" })).submit()).type).toBe("unknown");
  });

  it("reports an unknown outcome for an aborted request", async () => {
    const given = new AbortController();
    const { submit } = submitting(async () => {
      given.abort();
      given.signal.throwIfAborted();
      return Response.json(accepted);
    });
    expect((await submit({ signal: given.signal })).type).toBe("unknown");
  });
});
