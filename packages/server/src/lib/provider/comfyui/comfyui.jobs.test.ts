import { describe, expect, it } from "vitest";
import { callContext } from "../../../../testing/call-context.js";
import { submitRequest } from "../../../../testing/submit-request.js";
import { type ComfyuiVendorOptions, createComfyuiVendor } from "../../../../testing/vendors/comfyui-vendor.js";
import { type ComfyuiOptions, comfyui } from "./comfyui.js";

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", batch_size: "{{count:number}}" } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a photo of {{prompt}}" } },
} as const;
const input = { prompt: "a quiet lake", count: 1 };
const { signal } = new AbortController();
const context = { input, token: "token-1", signal };

function open(options: Partial<ComfyuiOptions> = {}, set: ComfyuiVendorOptions = {}) {
  const vendor = createComfyuiVendor(set);
  const requested: string[] = [];
  const fetch: typeof globalThis.fetch = (address, init) => {
    const request = new Request(address, init);
    requested.push(`${request.method} ${new URL(request.url).pathname}`);
    return vendor.handle(request);
  };
  const common = { apiKey: "the-key", baseUrl: "http://gpu.internal:8188", fetch, listenMs: 0, ...options };
  return { vendor, requested, common, provider: comfyui(workflow, common) };
}

async function accepted({ provider }: ReturnType<typeof open>, change: { readonly input?: typeof input } = {}) {
  const outcome = await provider.submit(submitRequest({ input, ...change }));
  if (outcome.type === "accepted") return outcome.operation;
  throw new Error(`Expected an accepted job, got ${JSON.stringify(outcome)}.`);
}

describe.each(["new", "old", "oldest"] as const)("a job of a server that is %s", (age) => {
  it("reports its queue position by queue number", async () => {
    const scene = open({}, { age, busy: true });
    const first = await accepted(scene);
    const second = await scene.provider.submit(submitRequest({ input, token: "token-2" }));
    expect(await scene.provider.poll?.(first, context)).toEqual({ type: "queued", queuePosition: 0 });
    const operation = second.type === "accepted" ? second.operation : null;
    expect(await scene.provider.poll?.(operation, context)).toEqual({ type: "queued", queuePosition: 1 });
  });

  it("stays canceled once it is removed from the queue", async () => {
    const scene = open({}, { age, busy: true });
    const operation = await accepted(scene);
    expect(await scene.provider.cancel?.(operation, callContext)).toBe("canceled");
    expect(await scene.provider.cancel?.(operation, callContext)).toBe("canceled");
    expect(scene.vendor.canceled).toHaveLength(1);
  });

  it(`is ${age === "new" ? "stopped" : "not stopped"} while it runs, and no other job is stopped`, async () => {
    const scene = open({}, { age });
    scene.vendor.plan({ type: "succeed", runningPolls: 9 }, { type: "succeed", runningPolls: 9 });
    const operation = await accepted(scene);
    await scene.provider.submit(submitRequest({ input, token: "token-2" }));
    const [first, other] = scene.vendor.paid.map(({ id }) => id);
    expect(await scene.provider.cancel?.(operation, callContext)).toBe(age === "new" ? "canceled" : "requested");
    expect((await scene.provider.poll?.(operation, context))?.type).toBe(age === "new" ? "canceled" : "running");
    expect(scene.vendor.canceled).toEqual(age === "new" ? [first] : []);
    scene.vendor.finish(String(first));
    expect(await scene.provider.cancel?.(operation, callContext)).toBe("too_late");
    expect(scene.vendor.canceled).not.toContain(other);
    // An interrupt could hit another job that has started since.
    expect(scene.requested).not.toContain("POST /interrupt");
  });

  it("fails as lost after a restart of the server, and is never reported as absent", async () => {
    const scene = open({}, { age });
    const operation = await accepted(scene);
    expect((await scene.provider.findByToken?.("token-1", callContext))?.type).toBe("found");
    scene.vendor.restart();
    expect(await scene.provider.poll?.(operation, context)).toMatchObject({
      type: "failed",
      failure: { code: "job_lost" },
    });
    expect(await scene.provider.findByToken?.("token-1", callContext)).toEqual({ type: "unknown" });
  });

  it("reports the node and the error class of a failure, without input values", async () => {
    const scene = open({}, { age });
    scene.vendor.plan({ type: "fail", code: "provider_error" });
    const operation = await accepted(scene);
    const [{ id } = { id: "" }] = scene.vendor.paid;
    scene.vendor.finish(id);
    const message = `ComfyUI failed job ${id} in node 3 KSampler: RuntimeError.`;
    expect(await scene.provider.poll?.(operation, context)).toEqual({
      type: "failed",
      failure: { code: "provider_error", message },
    });
  });

  it("is not lost if it moves from the queue to the history between two requests", async () => {
    const scene = open({}, { age });
    scene.vendor.plan({ type: "succeed", runningPolls: 9 });
    const operation = await accepted(scene);
    const [{ id } = { id: "" }] = scene.vendor.paid;
    const provider = comfyui(workflow, {
      ...scene.common,
      fetch: async (address, init) => {
        const response = await scene.common.fetch(address, init);
        if (!String(address).includes("/api/jobs/")) scene.vendor.finish(id);
        return response;
      },
    });
    expect((await provider.poll?.(operation, context))?.type).toBe("running");
  });
});

describe("a job of a server with jobs but without a cancel endpoint", () => {
  it("is interrupted by its id while it runs", async () => {
    const { common, provider, vendor } = open();
    vendor.plan({ type: "succeed", runningPolls: 9 });
    await provider.submit(submitRequest({ input }));
    const [{ id } = { id: "" }] = vendor.paid;
    const interrupts: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (address, init) => {
      if (String(address).endsWith("/cancel")) return new Response("<html>404", { status: 404 });
      if (String(address).endsWith("/interrupt")) interrupts.push(JSON.parse(String(init?.body)));
      return common.fetch(address, init);
    };
    expect(await comfyui(workflow, { ...common, fetch }).cancel?.({ id }, callContext)).toBe("canceled");
    expect(interrupts).toEqual([{ prompt_id: id }]);
  });
});

describe("the outputs of a job", () => {
  const ended = async (behavior: Parameters<ReturnType<typeof open>["vendor"]["plan"]>[0], options = {}) => {
    const scene = open(options);
    scene.vendor.plan(behavior);
    const operation = await accepted(scene, { input: { ...input, count: 2 } });
    const [{ id } = { id: "" }] = scene.vendor.paid;
    scene.vendor.finish(id);
    return {
      scene,
      operation,
      status: await scene.provider.poll?.(operation, { ...context, maxOutputBytes: 100_000 }),
    };
  };

  it("are the saved files in order, without previews", async () => {
    const { scene, status } = await ended({ type: "succeed" });
    const outputs = status?.type === "done" ? status.outputs : [];
    expect(outputs).toHaveLength(2);
    expect(new Set(outputs.map((output) => "bytes" in output && `${output.bytes}`)).size).toBe(2);
    expect(scene.requested.filter((path) => path === "GET /view")).toHaveLength(2);
  });

  it("are the files of the given nodes", async () => {
    const shown = await ended({ type: "succeed" }, { outputNodes: ["8"] });
    expect(shown.status).toMatchObject({ type: "done", outputs: [{ contentType: "image/png" }] });
    const none = await ended({ type: "succeed" }, { outputNodes: ["77"] });
    expect(none.status).toMatchObject({ type: "failed", failure: { code: "no_output" } });
  });

  it("keep their positions if one is missing", async () => {
    const { status } = await ended({ type: "partial" });
    expect(status).toMatchObject({
      type: "done",
      outputs: [{ failure: { code: "result_expired" } }, { contentType: "image/png" }],
    });
  });

  it.each([
    [{ type: "gone" }, "result_expired"],
    [{ type: "huge" }, "output_rejected"],
    [{ type: "fail", code: "no_output" }, "no_output"],
  ] as const)("fail the job if there are none: %j", async (behavior, code) => {
    const { status } = await ended(behavior);
    expect(status).toMatchObject({ type: "failed", failure: { code } });
  });

  it.each([
    ["a server error", 502, null],
    ["the 404 page of a proxy whose server is away", 404, "404 page not found"],
  ])("are read again after %s", async (_, status, body) => {
    const { operation, scene } = await ended({ type: "succeed" });
    const fetch: typeof globalThis.fetch = (address, init) =>
      String(address).includes("/view")
        ? Promise.resolve(new Response(body, { status }))
        : scene.common.fetch(address, init);
    const read = comfyui(workflow, { ...scene.common, fetch }).poll?.(operation, context);
    await expect(read).rejects.toThrow(`ComfyUI responded with ${status}`);
  });

  it("say that a file was deleted after an empty 404, which is the server's own", async () => {
    const { scene, status } = await ended({ type: "gone" });
    const [{ id } = { id: "" }] = scene.vendor.paid;
    const message = `ComfyUI no longer has a file of job ${id}.`;
    expect(status).toEqual({ type: "failed", failure: { code: "result_expired", message } });
  });

  it("are read only from the configured server, whatever their names contain", async () => {
    const seen: string[] = [];
    const file = { filename: "http://169.254.169.254/a b&type=temp.png", subfolder: "../..", type: "output" };
    const fetch: typeof globalThis.fetch = async (address, init) => {
      seen.push(String(address));
      // A redirect would forward the proxy's headers.
      expect(init?.redirect).toBe("manual");
      if (!String(address).includes("/view"))
        return Response.json({ status: "completed", outputs: { "9": { images: [file] } } });
      return new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } });
    };
    const status = await comfyui(workflow, { baseUrl: "http://gpu.internal:8188", fetch }).poll?.(
      { id: "p1" },
      context,
    );
    expect(status).toMatchObject({ type: "failed", failure: { code: "download_failed" } });
    expect(seen.map((address) => new URL(address).origin)).toEqual([
      "http://gpu.internal:8188",
      "http://gpu.internal:8188",
    ]);
    expect(new URL(seen[1] ?? "").searchParams.get("filename")).toBe(file.filename);
  });
});

describe("the status of a job", () => {
  const poll = (body: object, status = 200) =>
    comfyui(workflow, { listenMs: 0, fetch: async () => Response.json(body, { status }) }).poll?.(
      { id: "p1" },
      context,
    );

  it.each(["in_progress", "daydreaming", ""])("is running for the state %j", async (status) => {
    expect(await poll({ status })).toEqual({ type: "running", progress: null });
  });

  it.each([
    { status: "completed" },
    { status: "completed", outputs: null },
    {
      status: "completed",
      outputs: { "9": null, "8": { images: [null, "text", { filename: 7 }] }, "7": { images: 3 } },
    },
  ])("is failed for a completed job without a file: %j", async (body) => {
    expect(await poll(body)).toMatchObject({ type: "failed", failure: { code: "no_output" } });
  });

  it("is a retryable failure if a node ran out of memory", async () => {
    const execution_error = { exception_type: "torch.OutOfMemoryError", node_id: "3", node_type: "KSampler" };
    expect(await poll({ status: "failed", execution_error })).toMatchObject({
      failure: { code: "provider_error", retryable: true },
    });
    expect(await poll({ status: "failed" })).toMatchObject({ failure: { code: "provider_error" } });
  });

  it.each([401, 403, 429, 500, 503])("throws for %i, so that the worker polls again", async (status) => {
    await expect(poll({ error: "no" }, status)).rejects.toThrow(String(status));
  });
});
