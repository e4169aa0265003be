import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperationStatus, ProviderOutput, SubmitOutcome } from "@safelight/server";
import { submitRequest } from "@safelight/server/testing";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DemoInput, type DemoProvider, demo } from "./demo.js";

/** The handle of a job, as the provider returns it. */
type Operation = Extract<SubmitOutcome, { readonly type: "accepted" }>["operation"];

/** The bytes of outputs that contain them. */
const bytesOf = (outputs: readonly ProviderOutput[]): readonly Uint8Array[] =>
  outputs.map((output) => {
    if ("bytes" in output) return output.bytes;
    throw new Error(`An output without bytes: ${JSON.stringify(output)}`);
  });

/** The format and the size of each output of a finished job. */
async function formatsOf(status: OperationStatus) {
  if (status.type !== "done") throw new Error(`not done but ${status.type}`);
  const read = bytesOf(status.outputs).map((bytes) => sharp(bytes).metadata());
  return (await Promise.all(read)).map(({ format, width, height }) => ({ format, width, height }));
}

describe("demo", () => {
  const { signal } = new AbortController();
  const stepMs = 100;
  let now = 0;
  let folder: string;
  let provider: DemoProvider;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "safelight-demo-"));
    now = 1_800_000_000_000;
    provider = demo({ vendorFile: join(folder, "vendor.db"), stepMs, now: () => now });
  });

  afterEach(async () => {
    await provider.close();
    await rm(folder, { recursive: true });
  });

  const submit = (prompt: string, attempt = 1, input: Partial<DemoInput> = {}): Promise<SubmitOutcome> =>
    provider.submit(
      submitRequest({
        input: { prompt, size: 256, ...input },
        token: `token-${attempt}`,
        attempt,
        generationId: "gen_1",
      }),
    );
  const accept = async (prompt: string, attempt = 1, input: Partial<DemoInput> = {}): Promise<Operation> => {
    const outcome = await submit(prompt, attempt, input);
    if (outcome.type !== "accepted") throw new Error(`not accepted but ${outcome.type}`);
    return outcome.operation;
  };
  const pollAfter = async (operation: Operation, milliseconds: number): Promise<OperationStatus> => {
    now += milliseconds;
    const status = await provider.poll?.(operation, { input: { prompt: "" }, token: "", signal });
    if (status === undefined) throw new Error("cannot be polled");
    return status;
  };

  it("has no limits, or those of the host under the key of its vendor", () => {
    expect(provider.limits).toBeUndefined();
    const open = (limits: object) => demo({ vendorFile: join(folder, "other.db"), limits }).limits;
    expect(open({ concurrency: 1 })).toEqual({ key: "demo", concurrency: 1 });
    expect(() => open({ concurency: 1 })).toThrow('Unknown option "concurency" in limits.');
  });

  it("is queued for one step, runs for eight, and is done with a PNG of 512 pixels", async () => {
    const operation = await accept("a lake", 1, { size: undefined });
    expect(await pollAfter(operation, 0)).toEqual({ type: "queued", queuePosition: 0, pollAfterMs: stepMs });
    expect(await pollAfter(operation, stepMs)).toMatchObject({ type: "running", progress: 0 });
    expect(await pollAfter(operation, 4 * stepMs)).toMatchObject({ type: "running", progress: 0.5 });
    expect(await pollAfter(operation, 4 * stepMs - 1)).toMatchObject({ type: "running", pollAfterMs: 1 });
    const status = await pollAfter(operation, 1);
    expect(await formatsOf(status)).toEqual([{ format: "png", width: 512, height: 512 }]);
  });

  it("returns the number of jobs ahead in the queue", async () => {
    await accept("one", 1);
    now += 1;
    const second = await accept("two", 2);
    expect(await pollAfter(second, 0)).toMatchObject({ type: "queued", queuePosition: 1 });
    expect(await pollAfter(second, stepMs - 1)).toMatchObject({ type: "queued", queuePosition: 0 });
  });

  it("paints the requested number of different images", async () => {
    const operation = await accept("a lake", 1, { count: 3, steps: 1 });
    const status = await pollAfter(operation, 2 * stepMs);
    const images =
      status.type === "done" ? bytesOf(status.outputs).map((bytes) => Buffer.from(bytes).toString("hex")) : [];
    expect(new Set(images).size).toBe(3);
  });

  it("paints in the colors of an input image, previews included, always with the same bytes", async () => {
    const image = "inp_00000000-0000-4000-8000-000000000001";
    const paint = async (prompt: string, attempt: number, bytes: Uint8Array | null) => {
      const files = { read: async () => ({ bytes: bytes ?? Uint8Array.of(), contentType: "image/png" }) };
      const outcome = await provider.submit(
        submitRequest({
          input: { prompt, size: 256, steps: 2, ...(bytes !== null && { image }) },
          files: { ...files, urlOf: async () => null },
          token: `token-${attempt}`,
        }),
      );
      if (outcome.type !== "accepted") throw new Error(`not accepted but ${outcome.type}`);
      const running = await pollAfter(outcome.operation, 2 * stepMs);
      const done = await pollAfter(outcome.operation, stepMs);
      if (running.type !== "running" || done.type !== "done") throw new Error("not done after its steps");
      const [output = Uint8Array.of()] = bytesOf(done.outputs);
      return { preview: Buffer.from(running.preview?.bytes ?? []), output: Buffer.from(output) };
    };
    const city = await paint("neon city at night", 1, null);
    const plain = await paint("a quiet lake", 2, null);
    const tinted = await paint("a quiet lake", 3, city.output);
    expect(tinted.output.equals(plain.output)).toBe(false);
    expect(tinted.preview.equals(plain.preview)).toBe(false);
    expect(await paint("a quiet lake", 4, city.output)).toEqual(tinted);
  });

  it("takes its colors from a clip, always the same, and refuses an image as a clip before it charges", async () => {
    const clip = "inp_00000000-0000-4000-8000-000000000001";
    const paint = async (attempt: number, contentType: string, byte: number, input: Partial<DemoInput> = { clip }) => {
      const files = { read: async () => ({ bytes: new Uint8Array(100_000).fill(byte), contentType }) };
      const request = { prompt: "a quiet lake", size: 256, steps: 1, ...input };
      const outcome = await provider.submit(
        submitRequest({ input: request, files: { ...files, urlOf: async () => null }, token: `token-${attempt}` }),
      );
      if (outcome.type !== "accepted") return outcome;
      const done = await pollAfter(outcome.operation, 2 * stepMs);
      if (done.type !== "done") throw new Error("not done after its step");
      return Buffer.from(bytesOf(done.outputs)[0] ?? []).toString("hex");
    };
    const first = await paint(1, "video/mp4", 7);
    expect(await paint(2, "video/mp4", 7)).toBe(first);
    expect(await paint(3, "audio/wav", 8)).not.toBe(first);
    const refused = { type: "rejected", failure: { code: "invalid_input" } };
    const charged = provider.invoices().length;
    expect(await paint(4, "image/png", 7)).toMatchObject(refused);
    expect(await paint(5, "video/mp4", 7, { clip, image: clip })).toMatchObject(refused);
    expect(provider.invoices()).toHaveLength(charged);
  });

  it("rejects a damaged input image before it charges", async () => {
    const image = "inp_00000000-0000-4000-8000-000000000001";
    const read = async () => ({ bytes: Uint8Array.of(1, 2, 3), contentType: "image/png" });
    const files = { read, urlOf: async () => null };
    const outcome = await provider.submit(submitRequest({ input: { prompt: "a lake", image }, files }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    expect(provider.invoices()).toEqual([]);
  });

  it.each([
    ["3:2", { width: 512, height: 341 }],
    ["9:16", { width: 288, height: 512 }],
  ] as const)("paints %s with the requested longer side", async (aspectRatio, dimensions) => {
    const operation = await accept("a lake", 1, { size: 512, aspectRatio, steps: 1 });
    const status = await pollAfter(operation, 2 * stepMs);
    expect(await formatsOf(status)).toEqual([{ format: "png", ...dimensions }]);
  });

  it("rejects an unknown aspect ratio", async () => {
    // The cast stands for a host in JavaScript.
    const outcome = await submit("a lake", 1, { aspectRatio: "5:1" as "1:1" });
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
  });

  it.each([{ steps: 0 }, { steps: 31 }, { size: 255 }, { size: 1025 }, { count: 5 }, { seed: 0.5 }, { prompt: " " }])(
    "rejects %j as invalid input",
    async (input) => {
      const outcome = await submit("a lake", 1, input);
      expect(outcome).toMatchObject({ type: "rejected", failure: { code: "invalid_input" } });
    },
  );

  it("fail:policy is accepted, and fails halfway for its content", async () => {
    const operation = await accept("a lake fail:policy");
    expect(await pollAfter(operation, 5 * stepMs - 1)).toMatchObject({ type: "running" });
    expect(await pollAfter(operation, 1)).toMatchObject({ type: "failed", failure: { code: "content_blocked" } });
  });

  it("fail:rate limits the first two requests of a generation with a retry delay, and charges the third", async () => {
    const refusal = { type: "rejected", failure: { code: "rate_limited", retryAfterMs: expect.any(Number) } };
    expect(await submit("a lake fail:rate", 1)).toMatchObject(refusal);
    expect(await submit("a lake fail:rate", 2)).toMatchObject(refusal);
    expect(await submit("a lake fail:rate", 3)).toMatchObject({ type: "accepted" });
    expect(provider.invoices()).toEqual([{ reference: "token-3", orderId: "gen_1", jobs: 1 }]);
  });

  it("fail:rate counts each generation separately", async () => {
    await submit("a lake fail:rate", 1);
    await submit("a lake fail:rate", 2);
    const input = { prompt: "a lake fail:rate" };
    const other = await provider.submit(submitRequest({ input, token: "other", generationId: "gen_2" }));
    expect(other).toMatchObject({ type: "rejected" });
  });

  it("fail:flaky fails the first job as retryable, and finishes the second", async () => {
    const broken = await pollAfter(await accept("a lake fail:flaky", 1), 60_000);
    expect(broken).toMatchObject({ type: "failed", failure: { code: "provider_error", retryable: true } });
    expect(await pollAfter(await accept("a lake fail:flaky", 2), 60_000)).toMatchObject({ type: "done" });
  });

  it("fail:always fails every job as retryable", async () => {
    for (const attempt of [1, 2, 3, 4]) {
      const status = await pollAfter(await accept("a lake fail:always", attempt), 60_000);
      expect(status).toMatchObject({ type: "failed", failure: { code: "provider_error", retryable: true } });
    }
  });

  it("slow takes ten times the steps", async () => {
    const operation = await accept("a slow lake");
    expect(await pollAfter(operation, 81 * stepMs - 1)).toMatchObject({ type: "running" });
    expect(await pollAfter(operation, 1)).toMatchObject({ type: "done" });
  });

  it("lost:forever is charged, and its lookup is unknown", async () => {
    expect(await submit("a lake lost:forever")).toMatchObject({ type: "unknown" });
    expect(await provider.findByToken?.("token-1", { signal })).toEqual({ type: "unknown" });
    expect(provider.invoices()).toEqual([{ reference: "token-1", orderId: "gen_1", jobs: 1 }]);
  });

  it("charges a repeated request twice, as a vendor without idempotency", async () => {
    const first = await accept("a lake");
    const second = await accept("a lake");
    expect(second).not.toEqual(first);
    expect(provider.invoices()).toEqual([{ reference: "token-1", orderId: "gen_1", jobs: 2 }]);
  });

  it("keeps a job canceled, and confirms a repeated cancel", async () => {
    const operation = await accept("a lake");
    expect(await provider.cancel?.(operation, { signal })).toBe("canceled");
    expect(await pollAfter(operation, 60_000)).toEqual({ type: "canceled" });
    expect(await provider.cancel?.(operation, { signal })).toBe("canceled");
  });

  it("opens no file before its first use", async () => {
    const unused = demo({ vendorFile: join(folder, "no-such-folder", "vendor.db") });
    await expect(unused.findByToken?.("token-1", { signal })).rejects.toThrow();
    await unused.close();
  });

  it("rejects steps of 0 ms", () => {
    expect(() => demo({ vendorFile: "vendor.db", stepMs: 0 })).toThrow(RangeError);
  });
});
