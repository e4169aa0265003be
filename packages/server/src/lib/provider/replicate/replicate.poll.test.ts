import { describe, expect, it } from "vitest";
import { longResponse } from "../../../../testing/vendors/long-response.js";
import { recordedFetch } from "../../../../testing/vendors/recorded-fetch.js";
import type { PollContext } from "../../ports/provider.js";
import { type ReplicateOptions, replicate } from "./replicate.js";
import type { ReplicateInput } from "./replicate-input.js";

const url = "https://replicate.delivery/xezq/abc/out-0.webp";
const succeeded = {
  id: "p1",
  model: "black-forest-labs/flux-schnell",
  version: "hidden",
  status: "succeeded",
  input: { prompt: "a cat" },
  output: [url],
  error: null,
  logs: "Using seed: 123\n100%|██████████| 4/4 [00:01<00:00]",
  metrics: { predict_time: 0.8, total_time: 1.1 },
  data_removed: false,
};
const at = Date.parse("2026-11-01T11:00:00Z");
const costs = [{ amount: 0.8, unit: "seconds" }];
const context: PollContext<ReplicateInput> = { input: {}, token: "token-1", signal: new AbortController().signal };

function requested(response: () => Response, options: ReplicateOptions = {}) {
  const vendor = recordedFetch(response);
  const now = () => at;
  const provider = replicate("black-forest-labs/flux-schnell", { apiKey: "key", fetch: vendor.fetch, now, ...options });
  return {
    ...vendor,
    poll: async (operation: object = { id: "p1" }, change = {}) =>
      provider.poll?.({ ...operation }, { ...context, ...change }),
  };
}

const about = (change: object) => requested(() => Response.json({ ...succeeded, ...change }));

describe("replicate poll of a running prediction", () => {
  it("requests the prediction by its id, with the key", async () => {
    const { poll, requests } = about({ status: "starting", output: null });
    expect(await poll()).toEqual({ type: "queued", queuePosition: null });
    expect(requests.map((request) => request.url)).toEqual(["https://api.replicate.com/v1/predictions/p1"]);
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer key");
  });

  it.each([
    ["processing", "Using seed: 1\n  0%|  | 0/4\n 50%|██  | 2/4 [00:01<00:00]\nstill there", 0.5],
    ["processing", " 25%|█ | 1/4\r 75%|███ | 3/4", 0.75],
    ["processing", "", null],
    ["processing", null, null],
    ["processing", undefined, null],
    ["warming_up", "", null],
  ])("reads %s with the log %j as progress %s", async (status, logs, progress) => {
    expect(await about({ status, logs, output: [url] }).poll()).toEqual({ type: "running", progress });
  });

  it("fails a prediction that Replicate does not find, except in the first minute", async () => {
    const { poll } = requested(() => Response.json({ detail: "Not found" }, { status: 404 }));
    expect(await poll({ id: "p1", acceptedAt: at - 60_000 })).toMatchObject({ failure: { code: "job_lost" } });
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "job_lost" } });
    await expect(poll({ id: "p1", acceptedAt: at - 59_999 })).rejects.toThrow("p1");
  });

  it.each([
    [401, "{}"],
    [402, '{"status":"succeeded"}'],
    [404, "<html>"],
    [429, "{}"],
    [302, ""],
    [500, "<html>"],
    [200, "<html>"],
    [200, "null"],
    [200, '{"status":null}'],
  ])("throws for %i %s, so that the worker polls again", async (status, body) => {
    await expect(requested(() => new Response(body, { status })).poll()).rejects.toThrow("Replicate");
  });

  it("refuses an id that would change the path", async () => {
    const { poll, requests } = about({});
    await expect(poll({ id: "../account" })).rejects.toThrow(TypeError);
    expect(requests).toEqual([]);
  });
});

describe("replicate poll of a completed prediction", () => {
  const second = "https://replicate.delivery/xezq/abc/out-1.webp";
  it.each([
    [
      [url, second],
      [{ url }, { url: second }],
    ],
    [url, [{ url }]],
    [{ image: url, preview: { deep: [second] }, seed: 1 }, [{ url }, { url: second }]],
    [
      [{ image: url }, { image: second }],
      [{ url }, { url: second }],
    ],
    ["data:image/png;base64,AQID", [{ url: "data:image/png;base64,AQID" }]],
  ])("finds the outputs in %j", async (output, outputs) => {
    expect(await about({ output }).poll()).toEqual({ type: "done", outputs, costs });
  });

  it("keeps the position of list entries without a file", async () => {
    expect(await about({ output: [null, url, "withheld"] }).poll()).toMatchObject({
      type: "done",
      outputs: [{ failure: { code: "no_output" } }, { url }, { failure: { code: "no_output" } }],
    });
  });

  it("sends the key only to files of the API", async () => {
    const api = "https://api.replicate.com/v1/files/abc";
    const foreign = [
      "https://replicate.delivery/v1/files/abc",
      "https://api.replicate.com.evil.example/v1/files/abc",
      "https://api.replicate.com@evil.example/v1/files/abc",
      "http://api.replicate.com/v1/files/abc",
      "https://api.replicate.com:8443/v1/files/abc",
      "https://api.replicate.com/v1/account",
      "https://api.replicate.com/v1/files/../account",
      "https://api.replicate.com/v1/files/%2e%2e/account",
    ];
    const status = await about({ output: [api, ...foreign] }).poll();
    expect(status?.type === "done" && status.outputs).toEqual([
      { url: api, headers: { authorization: "Bearer key" } },
      ...foreign.map((each) => ({ url: each })),
    ]);
  });

  it("sends the proxy's key to files of the proxy, and not to those of Replicate", async () => {
    const output = ["https://proxy.internal/v1/files/abc", "https://api.replicate.com/v1/files/abc"];
    const options = { baseUrl: "https://proxy.internal/v1" };
    const status = await requested(() => Response.json({ ...succeeded, output }), options).poll();
    expect(status?.type === "done" && status.outputs).toEqual([
      { url: output[0], headers: { authorization: "Bearer key" } },
      { url: output[1] },
    ]);
  });

  it.each([
    [{ output: null }, "no_output"],
    [{ output: undefined }, "no_output"],
    [{ output: [] }, "no_output"],
    [{ output: {} }, "no_output"],
    [{ output: ["a", " text"] }, "no_output"],
    [{ output: "https://[" }, "no_output"],
    [{ output: null, data_removed: true, input: {}, logs: "" }, "result_expired"],
  ])("fails with %j as %s", async (change, code) => {
    expect(await about(change).poll()).toMatchObject({ type: "failed", failure: { code }, costs });
  });

  it.each([
    ["The input or output was flagged as sensitive. Please try again with different inputs. (E005)", "content_blocked"],
    ["Rejected (E005): a quiet lake", "content_blocked"],
    ["NSFW content detected in all outputs", "content_blocked"],
    ["Blocked by the safety filter: a quiet lake", "content_blocked"],
    ["CUDA out of memory (E1001)", "provider_error"],
    ["could not paint a quiet lake", "provider_error"],
    ["", "provider_error"],
    [null, "provider_error"],
    [{ detail: "new" }, "provider_error"],
  ])("maps the error %j to %s", async (error, code) => {
    const status = await about({ status: "failed", output: null, error }).poll();
    expect(status).toMatchObject({ type: "failed", failure: { code }, costs });
    expect(JSON.stringify(status)).not.toContain("quiet lake");
  });

  it.each([[null], [undefined], [{}], [{ predict_time: null }], [{ predict_time: -1 }], [{ predict_time: "1" }]])(
    "reports no cost for the metrics %j",
    async (metrics) => {
      expect(await about({ metrics }).poll()).toEqual({ type: "done", outputs: [{ url }] });
    },
  );

  it.each([
    [{ status: "canceled" }],
    [{ status: "aborted" }],
    [{ status: "canceled", deadline: null }],
    [{ status: "canceled", deadline: "someday" }],
    [{ status: "canceled", deadline: "2026-11-01T10:05:00Z", completed_at: "2026-11-01T10:01:00Z" }],
    [{ status: "aborted", deadline: "2026-11-01T12:00:00Z" }],
  ])("is canceled with %j", async (change) => {
    expect(await about({ output: null, ...change }).poll()).toEqual({ type: "canceled" });
  });

  it.each([
    [{ status: "canceled", completed_at: "2026-11-01T10:05:01Z" }, false],
    [{ status: "aborted", completed_at: "2026-11-01T10:05:00Z" }, true],
    [{ status: "aborted" }, true],
  ])("times out at its deadline with %j, with retryable %s", async (change, retryable) => {
    const status = await about({ output: null, deadline: "2026-11-01T10:05:00Z", ...change }).poll();
    expect(status).toMatchObject({ type: "failed", failure: { code: "provider_timeout", retryable } });
  });

  it("reads at most 16 MiB of inline outputs and 4 MiB of text", async () => {
    const response = (characters: number) =>
      requested(() => longResponse({ ...succeeded, output: ["data:image/png;base64,…"] }, characters));
    expect(await response(20_971_000).poll()).toMatchObject({ type: "done" });
    const status = await response(20_971_520).poll();
    expect(status).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
  });

  it("allows for uploaded images that a prediction may repeat", async () => {
    const image = "inp_01900000-0000-7000-8000-000000000001";
    const { poll } = requested(() =>
      longResponse({ ...succeeded, input: { image: "data:image/png;base64,…" } }, 71_303_168),
    );
    expect(await poll({ id: "p1" }, { input: { image } })).toMatchObject({ type: "done" });
    expect(await poll()).toMatchObject({ type: "failed", failure: { code: "output_rejected" } });
  });
});
