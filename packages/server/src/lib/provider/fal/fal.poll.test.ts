import { describe, expect, it } from "vitest";
import type { PollContext } from "../../ports/provider.js";
import { longAnswer } from "../../testing/vendors/long-answer.js";
import { recordedFetch } from "../../testing/vendors/recorded-fetch.js";
import { fal } from "./fal.js";
import type { FalInput } from "./fal-input.js";

const base = "https://queue.fal.run/fal-ai/flux/requests/r1";
const operation = {
  requestId: "r1",
  statusUrl: `${base}/status`,
  responseUrl: `${base}/response`,
  cancelUrl: `${base}/cancel`,
  acceptedAt: Date.parse("2026-11-01T10:00:00Z"),
};
const completed = {
  status: "COMPLETED",
  request_id: "r1",
  response_url: `${base}/response`,
  logs: [{ message: "50%|█████     | 2/4 [00:00<00:00]", level: "INFO", source: "USER" }],
  metrics: { inference_time: 1.3 },
};
const url = "https://v3.fal.media/files/a/b.png";
const context: PollContext<FalInput> = { input: {}, token: "token-1", signal: new AbortController().signal };

/** A job of which fal says a status, and has a result. */
function job(status: () => Response, result: () => Response = () => Response.json({ images: [{ url }] })) {
  const vendor = recordedFetch((request) => (request.url.includes("/status") ? status() : result()));
  const poll = async (stored: object = operation, change = {}, ageMs = 60_000) => {
    const now = () => operation.acceptedAt + ageMs;
    const provider = fal("fal-ai/flux/dev", { apiKey: "key", fetch: vendor.fetch, now });
    return provider.poll?.(JSON.parse(JSON.stringify(stored)), { ...context, ...change });
  };
  return { ...vendor, poll };
}

/** A job that has ended, as far as its status says. */
const ended = (result: () => Response, status: object = {}) =>
  job(() => Response.json({ ...completed, ...status }), result);

describe("fal, asked about a job that goes on", () => {
  it("asks at the address that fal gave, with the key and for the log", async () => {
    const { poll, requests } = job(() => Response.json({ status: "IN_QUEUE", queue_position: 2 }));
    expect(await poll()).toEqual({ type: "queued", queuePosition: 2 });
    expect(requests.map((request) => request.url)).toEqual([`${base}/status?logs=1`]);
    expect(requests[0]?.headers.get("authorization")).toBe("Key key");
  });

  it.each([
    [{ status: "IN_QUEUE" }, { type: "queued", queuePosition: null }],
    [
      { status: "IN_PROGRESS", logs: null },
      { type: "running", progress: null },
    ],
    [{ status: "IN_PROGRESS" }, { type: "running", progress: null }],
    [
      { status: "IN_PROGRESS", logs: completed.logs },
      { type: "running", progress: 0.5 },
    ],
    [
      { status: "IN_PROGRESS", logs: [null, 7, { message: null }] },
      { type: "running", progress: null },
    ],
    [
      { status: "WARMING_UP", extra: { a: 1 } },
      { type: "running", progress: null },
    ],
  ])("takes %j for %j", async (status, expected) => {
    expect(await job(() => Response.json(status, { status: 202 })).poll()).toEqual(expected);
  });

  it("has lost a job that fal does not know, but not a moment after fal has accepted it", async () => {
    const { poll } = job(() => Response.json({ detail: "Request not found" }, { status: 404 }));
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "job_lost" } });
    expect(await poll({ ...operation, acceptedAt: undefined })).toMatchObject({ failure: { code: "job_lost" } });
    await expect(poll(operation, {}, 59_999)).rejects.toThrow("r1");
  });

  it.each([
    [401, "{}"],
    [403, "{}"],
    [302, ""],
    [429, "{}"],
    [500, "<html>"],
    [502, ""],
    [200, "<html>"],
    [200, "null"],
    [200, '{"status":null}'],
  ])("asks again after %i %s", async (status, body) => {
    await expect(job(() => new Response(body, { status })).poll()).rejects.toThrow("fal answered");
  });

  it.each(["statusUrl", "responseUrl", "cancelUrl"])("gives the key to no other host by its %s", async (name) => {
    const { poll, requests } = job(() => Response.json(completed));
    await expect(poll({ ...operation, [name]: "https://evil.example/status" })).rejects.toThrow(TypeError);
    expect(requests).toEqual([]);
  });
});

describe("fal, asked about a job that has ended", () => {
  it("gives the pictures in order, and what they cost", async () => {
    const result = { images: [{ url, width: null, content_type: null }, `${url}?2`], seed: 1, has_nsfw_concepts: null };
    const { poll } = ended(() => Response.json(result, { headers: { "x-fal-billable-units": "2.5" } }));
    const costs = [{ amount: 2.5, unit: "fal-billable-units" }];
    expect(await poll()).toEqual({ type: "done", outputs: [{ url }, { url: `${url}?2` }], costs });
  });

  it.each([
    [{ image: { url } }, [{ url }]],
    [{ output: { parts: [{ file: { url } }] }, prompt: "p" }, [{ url }]],
    [{ video: { url, content_type: "video/mp4" } }, [{ url }]],
    [{ images: [{ url: "data:image/png;base64,AQID" }] }, [{ url: "data:image/png;base64,AQID" }]],
  ])("finds the outputs in %j", async (result, outputs) => {
    expect(await ended(() => Response.json(result)).poll()).toEqual({ type: "done", outputs });
  });

  it.each(["has_nsfw_concepts", "nsfw_content_detected"])(
    "keeps the place of a picture that %s withheld",
    async (flags) => {
      const { poll } = ended(() => Response.json({ images: [{ url }, null, { url }], [flags]: [true, false, false] }));
      expect(await poll()).toMatchObject({
        type: "done",
        outputs: [{ failure: { code: "content_blocked" } }, { failure: { code: "no_output" } }, { url }],
      });
    },
  );

  it.each([
    [{ images: [{ url }, { url }], has_nsfw_concepts: [true, true] }, "content_blocked"],
    [{ image: { url }, has_nsfw_concepts: true }, "content_blocked"],
    [{ images: [] }, "no_output"],
    [{ images: [{ url: "no address" }, {}] }, "no_output"],
    [{}, "no_output"],
    [[], "no_output"],
    ["a text", "no_output"],
  ])("has failed with %j as %s", async (result, code) => {
    expect(await ended(() => Response.json(result)).poll()).toMatchObject({ type: "failed", failure: { code } });
  });

  it.each([
    [422, [{ type: "content_policy_violation", msg: "a quiet lake" }], undefined, "content_blocked"],
    [422, [{ type: "no_media_generated" }], undefined, "no_output"],
    [422, [{ type: "a quiet lake" }], undefined, "invalid_input"],
    [422, [{ type: "image_load_error" }], undefined, "invalid_input"],
    [422, [{ type: "greater_than_equal" }], undefined, "invalid_input"],
    [400, [{ type: "downstream_service_error" }], undefined, "provider_unavailable"],
    [500, [{ type: "downstream_service_unavailable" }], undefined, "provider_unavailable"],
    [504, [{ type: "generation_timeout" }], undefined, "provider_timeout"],
    [504, "text", "request_timeout", "provider_timeout"],
    [504, "text", "startup_timeout", "provider_timeout"],
    [503, "text", "runner_scheduling_failure", "provider_unavailable"],
    [502, "text", "runner_incomplete_response", "provider_unavailable"],
    [500, "text", "runner_server_error", "provider_unavailable"],
    [500, "text", "internal_error", "provider_error"],
    [500, "text", "internal_server_error", "provider_error"],
    [400, "text", "bad_request", "invalid_input"],
    [422, "a quiet lake", undefined, "invalid_input"],
  ])("takes a result of %i with %j and %s for %s", async (status, detail, error_type, code) => {
    const outcome = await ended(() => Response.json({ detail, error_type }, { status })).poll();
    expect(outcome).toMatchObject({ type: "failed", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it.each([
    ["startup_timeout", "provider_timeout"],
    ["runner_disconnected", "provider_unavailable"],
    ["something_new", "provider_error"],
    [null, "provider_error"],
  ])("believes the error %s of a status before a result", async (error_type, code) => {
    const outcome = await ended(() => Response.json({ images: [{ url }] }), {
      error: "a quiet lake",
      error_type,
    }).poll();
    expect(outcome).toMatchObject({ type: "failed", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it.each([
    [401, "{}"],
    [403, "{}"],
    [408, ""],
    [429, "{}"],
    [500, "<html>"],
    [503, "<html>"],
    [302, ""],
  ])("asks again after %i %s why a job has failed that nothing has a word for", async (status, body) => {
    const { poll } = ended(() => new Response(body, { status }), { error: "Invalid status code", error_type: null });
    await expect(poll()).rejects.toThrow(`fal answered ${status}`);
  });

  it.each([
    [{ error: "x", error_type: "runner_disconnected" }, () => new Response("<html>", { status: 503 })],
    [{ error: "x" }, () => Response.json({ error_type: "runner_server_error" }, { status: 500 })],
  ])("has failed where %j or its answer has a word for it", async (status, answer) => {
    const outcome = await ended(answer, status).poll();
    expect(outcome).toMatchObject({ type: "failed", failure: { code: "provider_unavailable" } });
  });

  it.each([
    ["error_type", { error_type: "client_cancelled", error: "x" }, 499],
    ["error_type alone", { error_type: "client_disconnected" }, 200],
    ["status", {}, 499],
  ])("tells by its %s that a job was canceled", async (_, status, code) => {
    expect(await ended(() => Response.json({}, { status: code }), status).poll()).toEqual({ type: "canceled" });
  });

  it.each([
    [{ "x-fal-retryable": "false" }, 503, "runner_disconnected", false],
    [{ "x-fal-needs-retry": "false" }, 503, "runner_disconnected", false],
    [{ "x-fal-retryable": "true" }, 500, "internal_error", true],
    [{ "x-fal-retryable": "true" }, 422, "content_policy_violation", undefined],
    [{ "x-fal-request-timeout-type": "user" }, 504, "request_timeout", false],
    [{}, 504, "request_timeout", undefined],
  ])("with %j after %i %s says of another try: %s", async (headers, status, type, retryable) => {
    const { poll } = ended(() => Response.json({ detail: [{ type }], error_type: type }, { status, headers }));
    const outcome = await poll();
    expect(outcome?.type === "failed" && outcome.failure.retryable).toBe(retryable);
  });

  it("goes on where the result is still in progress", async () => {
    const { poll } = ended(() => Response.json({ detail: "Request is still in progress" }, { status: 400 }));
    expect(await poll()).toEqual({ type: "running", progress: null });
  });

  it("has no result any more where fal has none, but not a moment after fal has accepted it", async () => {
    const { poll } = ended(() => Response.json({ detail: "Not found" }, { status: 404 }));
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "result_expired" } });
    await expect(poll(operation, {}, 59_999)).rejects.toThrow("r1");
  });

  it("reads every picture that the host keeps where they are in the result, as they were asked for", async () => {
    // Of 51 MiB; unless a host says otherwise, pictures of 64 MiB are kept.
    const { poll } = ended(() => longAnswer({ images: [{ url: "data:image/png;base64,…" }] }, 71_303_168));
    expect((await poll(operation, { input: { sync_mode: true } }))?.type).toBe("done");
  });

  it.each([{}, { sync_mode: false }, { sync_mode: null }])(
    "reads 4 MiB of a result where %j asks for none",
    async (input) => {
      const result = (characters: number) => longAnswer({ images: [{ url: "data:image/png;base64,…" }] }, characters);
      expect(await ended(() => result(4_194_000)).poll(operation, { input })).toMatchObject({ type: "done" });
      const outcome = await ended(() => result(4_194_304)).poll(operation, { input });
      expect(outcome).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
    },
  );

  it("asks again where a status is above 4 MiB", async () => {
    const { poll } = job(() => longAnswer({ status: "COMPLETED", logs: [{ message: "…" }] }, 4_194_304));
    await expect(poll()).rejects.toThrow("could not be asked");
  });

  it("refuses a result that is longer than what may be kept", async () => {
    const { poll } = ended(() => Response.json({ images: ["data:image/png;base64,".padEnd(1_100_000, "A")] }));
    const input = { sync_mode: true };
    const outcome = await poll(operation, { input, maxOutputBytes: 10 });
    expect(outcome).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
    expect(await poll(operation, { input, maxOutputBytes: 1_000_000 })).toMatchObject({ type: "done" });
  });

  it.each([
    [401, "{}"],
    [403, '{"detail":"User is locked. Reason: Exhausted balance"}'],
    [429, "{}"],
    [500, "<html>"],
    [502, ""],
    [302, ""],
    [200, "<html>"],
  ])("asks again for a result after %i %s, since the job is paid", async (status, body) => {
    await expect(ended(() => new Response(body, { status })).poll()).rejects.toThrow("fal");
  });
});
