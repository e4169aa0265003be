import { describe, expect, it } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { InputFileUnavailable } from "../../ports/input-files.js";
import { custom } from "./custom.js";

const image = { bytes: tinyPng(), contentType: "image/png" };

describe("custom", () => {
  it("passes the whole request to run, and returns its outputs", async () => {
    const progress: number[] = [];
    const provider = custom<{ readonly prompt: string }>({
      id: "studio",
      run: async ({ input, onProgress, token }) => {
        onProgress({ progress: 0.5 });
        expect([input.prompt, token]).toEqual(["a lake", "token-9"]);
        return [image, { failure: { code: "content_blocked", message: "The second one was withheld." } }];
      },
    });
    const request = submitRequest({
      input: { prompt: "a lake" },
      token: "token-9",
      onProgress: (news) => progress.push(news.progress ?? -1),
    });
    const outcome = await provider.submit(request);
    expect(outcome).toMatchObject({ type: "done", outputs: [image, { failure: { code: "content_blocked" } }] });
    expect(progress).toEqual([0.5]);
  });

  it("passes a whole SubmitOutcome through, with its costs", async () => {
    const done = { type: "done", outputs: [image], costs: [{ amount: 2, unit: "gpu-seconds" }] } as const;
    const provider = custom({ id: "studio", run: async () => done });
    expect(await provider.submit(submitRequest({ input: {} }))).toEqual(done);
  });

  describe("names the function in the error of", () => {
    const poll = async () => ({ type: "canceled" }) as const;
    const breakDown = async () => {
      throw new Error("my function broke");
    };
    // Stands for a host without types.
    const returning = (response: unknown) => async () => response as never;
    const request = submitRequest({ input: {} });
    const context = { input: {}, token: "t", signal: new AbortController().signal };

    it.each([
      ["run", () => custom({ id: "studio", run: breakDown })],
      ["start", () => custom({ id: "studio", start: breakDown, poll })],
    ] as const)("%s that threw, with the cause", async (name, open) => {
      const thrown = await open()
        .submit(request)
        .catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        message: `${name} of the provider "studio" threw.`,
        cause: { message: "my function broke" },
      });
    });

    it("run, unless it threw InputFileUnavailable: nothing was sent", async () => {
      const gone = new InputFileUnavailable("inp_1");
      const provider = custom({ id: "studio", run: () => Promise.reject(gone) });
      await expect(provider.submit(request)).rejects.toBe(gone);
    });

    it.each([
      ["undefined", undefined],
      ["null", null],
      ["string", "image.png"],
      ["object", image],
    ])("run that returned %s", async (given, response) => {
      const provider = custom({ id: "studio", run: returning(response) });
      await expect(provider.submit(request)).rejects.toThrow(
        `run of the provider "studio" returned ${given}: it must return a list of outputs, or a SubmitOutcome.`,
      );
    });

    it("start and poll that returned undefined or a list", async () => {
      const provider = custom({ id: "studio", start: returning(undefined), poll: returning([image]) });
      await expect(provider.submit(request)).rejects.toThrow(/^start of .* returned undefined: .* a SubmitOutcome\.$/);
      await expect(provider.poll?.("job", context)).rejects.toThrow(
        /^poll of .* returned a list: .* an OperationStatus\.$/,
      );
    });
  });

  it("derives the capabilities from the options", () => {
    const run = async () => [];
    const start = async () => ({ type: "unknown", reason: "never" }) as const;
    const poll = async () => ({ type: "canceled" }) as const;
    const cancel = async () => "canceled" as const;
    const mediaHosts = ["files.studio.example"];
    expect(custom({ id: "studio", run, mediaHosts, previews: true })).toMatchObject({
      id: "studio",
      mediaHosts,
      capabilities: { resumable: false, cancel: false, webhook: false, progress: false, previews: true },
    });
    expect(custom({ id: "farm", start, poll, cancel, progress: true }).capabilities).toEqual({
      resumable: true,
      cancel: true,
      webhook: false,
      progress: true,
      previews: false,
    });
    expect(custom({ id: "farm", start, poll })).not.toHaveProperty("cancel");
  });

  it.each(["", "My studio", "-studio", "s".repeat(33)])("refuses the id %j", (id) => {
    expect(() => custom({ id, run: async () => [] })).toThrow(RangeError);
  });

  it.each([0, -1, Number.NaN])("refuses %d as requestTimeoutMs, and passes a valid one on", (requestTimeoutMs) => {
    expect(() => custom({ id: "studio", run: async () => [], requestTimeoutMs })).toThrow(RangeError);
    expect(custom({ id: "studio", run: async () => [], requestTimeoutMs: 1 }).requestTimeoutMs).toBe(1);
  });
});
