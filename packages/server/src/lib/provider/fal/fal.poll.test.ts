import { describe, expect, it } from "vitest";
import { longResponse } from "../../../../testing/vendors/long-response.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import type { PollContext } from "../../ports/provider.js";
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

/** A job with this status and result. */
function job(status: () => Response, result: () => Response = () => Response.json({ images: [{ url }] })) {
  const vendor = recordedFetch((request) => (request.url.includes("/status") ? status() : result()));
  const poll = async (stored: object = operation, change = {}, ageMs = 60_000) => {
    const now = () => operation.acceptedAt + ageMs;
    const provider = fal("fal-ai/flux/dev", { apiKey: "key", fetch: vendor.fetch, now });
    return provider.poll?.(JSON.parse(JSON.stringify(stored)), { ...context, ...change });
  };
  return { ...vendor, poll };
}

/** A job with a completed status. */
const ended = (result: () => Response, status: object = {}) =>
  job(() => Response.json({ ...completed, ...status }), result);

describe("fal poll of a running job", () => {
  it("requests the status URL from fal, with the key and logs", async () => {
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
  ])("maps %j to %j", async (status, expected) => {
    expect(await job(() => Response.json(status, { status: 202 })).poll()).toEqual(expected);
  });

  it("fails a job that fal does not find, except in the first minute", async () => {
    const { poll } = job(() => Response.json({ detail: "Request not found" }, { status: 404 }));
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "job_lost" } });
    expect(await poll({ ...operation, acceptedAt: undefined })).toMatchObject({ failure: { code: "job_lost" } });
    await expect(poll(operation, {}, 59_999)).rejects.toThrow("r1");
  });

  it.each([
    [401, "{}"],
    [403, "{}"],
    [302, ""],
    [404, "<html>"],
    [429, "{}"],
    [500, "<html>"],
    [502, ""],
    [200, "<html>"],
    [200, "null"],
    [200, '{"status":null}'],
  ])("throws for %i %s, so that the worker polls again", async (status, body) => {
    await expect(job(() => new Response(body, { status })).poll()).rejects.toThrow("fal responded with");
  });

  it.each(["statusUrl", "responseUrl", "cancelUrl"])("sends the key to no other host in %s", async (name) => {
    const { poll, requests } = job(() => Response.json(completed));
    await expect(poll({ ...operation, [name]: "https://evil.example/status" })).rejects.toThrow(TypeError);
    expect(requests).toEqual([]);
  });
});

describe("fal poll of a completed job", () => {
  it("returns the images in order, with the cost", async () => {
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
    [{ video: { url, content_type: "video/mp4" }, seed: 1 }, [{ url }]],
    [{ videos: [{ url }, { url: `${url}?2` }] }, [{ url }, { url: `${url}?2` }]],
    [{ video: { url }, thumbnail: { url: `${url}?t` }, spritesheet: { url } }, [{ url, poster: { url: `${url}?t` } }]],
    [{ video: { url }, thumbnail: null, images: [{ url: `${url}?2` }] }, [{ url }]],
    [{ audio_file: { url, content_type: "audio/wav" } }, [{ url }]],
  ])("finds the outputs in %j", async (result, outputs) => {
    expect(await ended(() => Response.json(result)).poll()).toEqual({ type: "done", outputs });
  });

  it.each(["has_nsfw_concepts", "nsfw_content_detected"])(
    "keeps the position of an image that %s withheld",
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
  ])("fails a job with %j as %s", async (result, code) => {
    expect(await ended(() => Response.json(result)).poll()).toMatchObject({ type: "failed", failure: { code } });
  });

  it("names the categories of a policy violation, without fal's text", async () => {
    const categories = ["model_moderated", "a quiet lake", 7];
    const detail = [{ type: "content_policy_violation", msg: "a quiet lake", categories }];
    expect(await ended(() => Response.json({ detail }, { status: 422 })).poll()).toMatchObject({
      failure: { message: expect.stringMatching(/ content_policy_violation model_moderated\.$/) },
    });
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
  ])("maps a result of %i with %j and %s to %s", async (status, detail, error_type, code) => {
    const outcome = await ended(() => Response.json({ detail, error_type }, { status })).poll();
    expect(outcome).toMatchObject({ type: "failed", failure: { code } });
    expect(JSON.stringify(outcome)).not.toContain("quiet lake");
  });

  it.each([
    ["startup_timeout", "provider_timeout"],
    ["runner_disconnected", "provider_unavailable"],
    ["something_new", "provider_error"],
    // A member that every object inherits.
    ["constructor", "provider_error"],
    [null, "provider_error"],
  ])("prefers the error type %s of the status to the result", async (error_type, code) => {
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
  ])("throws for %i %s if a failed job has no error type", async (status, body) => {
    const { poll } = ended(() => new Response(body, { status }), { error: "Invalid status code", error_type: null });
    await expect(poll()).rejects.toThrow(`fal responded with ${status}`);
  });

  it.each([
    [{ error: "x", error_type: "runner_disconnected" }, () => new Response("<html>", { status: 503 })],
    [{ error: "x" }, () => Response.json({ error_type: "runner_server_error" }, { status: 500 })],
  ])("fails a job if %j or its result has an error type", async (status, body) => {
    const outcome = await ended(body, status).poll();
    expect(outcome).toMatchObject({ type: "failed", failure: { code: "provider_unavailable" } });
  });

  it.each([
    ["error_type", { error_type: "client_cancelled", error: "x" }, 499],
    ["error_type alone", { error_type: "client_disconnected" }, 200],
    ["status", {}, 499],
  ])("recognizes a canceled job by its %s", async (_, status, code) => {
    expect(await ended(() => Response.json({}, { status: code }), status).poll()).toEqual({ type: "canceled" });
  });

  it.each([
    [{ "x-fal-retryable": "false" }, 503, "runner_disconnected", false],
    [{ "x-fal-needs-retry": "false" }, 503, "runner_disconnected", false],
    [{ "x-fal-retryable": "true" }, 500, "internal_error", true],
    [{ "x-fal-retryable": "true" }, 422, "content_policy_violation", undefined],
    [{ "x-fal-request-timeout-type": "user" }, 504, "request_timeout", false],
    [{}, 504, "request_timeout", undefined],
  ])("with %j after %i %s, sets retryable to %s", async (headers, status, type, retryable) => {
    const { poll } = ended(() => Response.json({ detail: [{ type }], error_type: type }, { status, headers }));
    const outcome = await poll();
    expect(outcome?.type === "failed" && outcome.failure.retryable).toBe(retryable);
  });

  it("keeps running while the result is still in progress", async () => {
    const { poll } = ended(() => Response.json({ detail: "Request is still in progress" }, { status: 400 }));
    expect(await poll()).toEqual({ type: "running", progress: null });
  });

  it("reports an expired result as such, except in the first minute", async () => {
    const { poll } = ended(() => Response.json({ detail: "Not found" }, { status: 404 }));
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "result_expired" } });
    await expect(poll(operation, {}, 59_999)).rejects.toThrow("r1");
    await expect(ended(() => new Response("<html>", { status: 404 })).poll()).rejects.toThrow("fal responded with 404");
  });

  it("reads inline images up to the output limit if the input requests them", async () => {
    // 51 MiB of image. The default limit is 64 MiB.
    const { poll } = ended(() => longResponse({ images: [{ url: "data:image/png;base64,…" }] }, 71_303_168));
    expect((await poll(operation, { input: { sync_mode: true } }))?.type).toBe("done");
  });

  it.each([{}, { sync_mode: false }, { sync_mode: null }])(
    "limits a result to 4 MiB for the input %j",
    async (input) => {
      const result = (characters: number) => longResponse({ images: [{ url: "data:image/png;base64,…" }] }, characters);
      expect(await ended(() => result(4_194_000)).poll(operation, { input })).toMatchObject({ type: "done" });
      const outcome = await ended(() => result(4_194_304)).poll(operation, { input });
      expect(outcome).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
    },
  );

  it("throws for a status above 4 MiB", async () => {
    const { poll } = job(() => longResponse({ status: "COMPLETED", logs: [{ message: "…" }] }, 4_194_304));
    await expect(poll()).rejects.toThrow("Request to fal failed");
  });

  it("refuses a result above the output limit", async () => {
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
  ])("throws for %i %s, because the job is paid", async (status, body) => {
    await expect(ended(() => new Response(body, { status })).poll()).rejects.toThrow("fal");
  });
});
