import { describe, expect, it } from "vitest";
import { submitRequest } from "../../testing/submit-request.js";
import { tinyPng } from "../../testing/tiny-png.js";
import { custom } from "./custom.js";

const picture = { bytes: tinyPng(), contentType: "image/png" };

describe("custom", () => {
  it("hands the whole request on, and takes what comes for the outputs", async () => {
    const progress: number[] = [];
    const provider = custom<{ readonly prompt: string }>({
      id: "studio",
      run: async ({ input, onProgress, token }) => {
        onProgress({ progress: 0.5 });
        expect([input.prompt, token]).toEqual(["a lake", "token-9"]);
        return [picture, { failure: { code: "content_blocked", message: "The second one was withheld." } }];
      },
    });
    const request = submitRequest({
      input: { prompt: "a lake" },
      token: "token-9",
      onProgress: (news) => progress.push(news.progress ?? -1),
    });
    const outcome = await provider.submit(request);
    expect(outcome).toMatchObject({ type: "done", outputs: [picture, { failure: { code: "content_blocked" } }] });
    expect(progress).toEqual([0.5]);
  });

  it("passes on what a function answers in full, with its costs", async () => {
    const done = { type: "done", outputs: [picture], costs: [{ amount: 2, unit: "gpu-seconds" }] } as const;
    const provider = custom({ id: "studio", run: async () => done });
    expect(await provider.submit(submitRequest({ input: {} }))).toEqual(done);
  });

  it("says what it can do by what it was given", () => {
    const run = async () => [];
    const start = async () => ({ type: "unknown", reason: "never" }) as const;
    const poll = async () => ({ type: "canceled" }) as const;
    const cancel = async () => "canceled" as const;
    const mediaHosts = ["files.studio.example"];
    expect(custom({ id: "studio", run, mediaHosts, partials: true })).toMatchObject({
      id: "studio",
      mediaHosts,
      capabilities: { resumable: false, cancel: false, webhook: false, progress: false, partials: true },
    });
    expect(custom({ id: "farm", start, poll, cancel, progress: true }).capabilities).toEqual({
      resumable: true,
      cancel: true,
      webhook: false,
      progress: true,
      partials: false,
    });
    expect(custom({ id: "farm", start, poll })).not.toHaveProperty("cancel");
  });

  it.each(["", "My studio", "-studio", "s".repeat(33)])("refuses %j as an id: it is stored with each attempt", (id) => {
    expect(() => custom({ id, run: async () => [] })).toThrow(RangeError);
  });
});
