import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isTerminal } from "@safelight/client/contract";
import { tinyPng } from "@safelight/server/testing";
import {
  createBflVendor,
  createCloudflareVendor,
  createComfyuiVendor,
  createFalVendor,
  createGoogleVendor,
  createOpenaiVendor,
  createReplicateVendor,
  createStabilityVendor,
  type FakeVendor,
  serveVendor,
} from "@safelight/server/vendors";
import type { ModelId } from "../src/models/models.ts";
import { creditsPerImage } from "../src/prices.ts";
import type { Environment } from "./environment.ts";
import { openDatabase } from "./open-database.ts";
import { composeSafelight } from "./safelight.ts";
import { parseSettings } from "./settings.ts";

const ann = { ownerId: "ann" };

/** Composes the demo on a new database, which is deleted after the test. */
async function openDemo(context: TestContext, environment: Environment) {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-vendors-"));
  let started: ReturnType<typeof composeSafelight> | null = null;
  // Registered first, since some tests expect the composition to fail.
  context.after(async () => {
    await started?.worker.stop();
    await started?.close();
    await rm(folder, { recursive: true });
  });
  const settings = parseSettings({ DEMO_DB: `file:${join(folder, "demo.db")}`, ...environment }, folder);
  const safelight = composeSafelight({
    settings,
    secret: "a secret of these tests",
    database: openDatabase(settings.database),
  });
  started = safelight;
  return safelight;
}

/** Serves a fake vendor on a port. @returns the variables that point the demo to it. */
async function serve(context: TestContext, vendor: Pick<FakeVendor, "handle">): Promise<Environment> {
  const { origin, close } = await serveVendor(vendor);
  context.after(close);
  return { DEMO_VENDOR_ORIGIN: origin };
}

test("without keys, only the model demo is offered, and a submit to another one is refused", async (context) => {
  const { api } = await openDemo(context, { OPENAI_API_KEY: " " });
  const { models } = await api.models();
  assert.deepEqual(
    models.map(({ id }) => id),
    ["demo"],
  );
  await assert.rejects(api.submit(ann, "openai", { prompt: "Dunes" }), { code: "unknown_model" });
});

test("a generation costs the model's price per output", async (context) => {
  const keys = { FAL_KEY: "a", REPLICATE_API_TOKEN: "b", OPENAI_API_KEY: "c", GEMINI_API_KEY: "d", BFL_API_KEY: "e" };
  const { api } = await openDemo(context, keys);
  const { models } = await api.models();
  assert.deepEqual(
    models.map(({ id }) => id),
    ["demo", "fal", "replicate", "openai", "google", "bfl"],
  );
  const priceOf = async (model: ModelId, input: { readonly count?: number }) =>
    (await api.submit(ann, model, { prompt: "Dunes", ...input })).generation.credits;
  for (const model of ["demo", "fal", "replicate", "openai"] as const) {
    assert.equal(await priceOf(model, {}), creditsPerImage[model], model);
    assert.equal(await priceOf(model, { count: 2 }), 2 * creditsPerImage[model], model);
  }
  for (const model of ["google", "bfl"] as const) assert.equal(await priceOf(model, {}), creditsPerImage[model], model);
});

const countAndSeed = { count: 2, seed: 7 };
const cases = [
  {
    model: "fal",
    vendor: createFalVendor(),
    environment: { FAL_KEY: "the-key" },
    input: countAndSeed,
    body: { prompt: "Dunes", num_images: 2, seed: 7, image_size: "square_hd" },
    bodyWithImage: { image_url: "data:" },
  },
  {
    model: "falVideo",
    vendor: createFalVendor(),
    environment: { FAL_KEY: "the-key", DEMO_MEDIA: "1" },
    input: {},
    body: { prompt: "Dunes", duration: "5" },
    bodyWithImage: null,
  },
  {
    model: "replicate",
    vendor: createReplicateVendor(),
    environment: { REPLICATE_API_TOKEN: "the-key" },
    input: countAndSeed,
    body: { prompt: "Dunes", num_outputs: 2, seed: 7, output_format: "png" },
    bodyWithImage: { image: "data:" },
  },
  {
    model: "openai",
    vendor: createOpenaiVendor(),
    environment: { OPENAI_API_KEY: "the-key" },
    input: { count: 2 },
    body: { prompt: "Dunes", n: 2, size: "1024x1024", quality: "medium" },
    bodyWithImage: {},
  },
  {
    model: "google",
    vendor: createGoogleVendor(),
    environment: { GOOGLE_API_KEY: "the-key" },
    input: { seed: 7 },
    body: {},
    bodyWithImage: {},
  },
  {
    model: "bfl",
    vendor: createBflVendor(),
    environment: { BFL_API_KEY: "the-key" },
    input: { seed: 7 },
    body: { prompt: "Dunes", seed: 7, output_format: "png" },
    bodyWithImage: { input_image: "iVBOR" },
  },
  {
    model: "stability",
    vendor: createStabilityVendor(),
    environment: { STABILITY_API_KEY: "the-key" },
    input: { seed: 7 },
    body: { prompt: "Dunes", seed: "7", model: "sd3.5-large" },
    bodyWithImage: { mode: "image-to-image", strength: "0.7" },
  },
  {
    model: "cloudflare",
    vendor: createCloudflareVendor(),
    environment: { CLOUDFLARE_API_TOKEN: "the-key", CLOUDFLARE_ACCOUNT_ID: "abc" },
    input: { seed: 7 },
    body: { prompt: "Dunes", seed: 7 },
    bodyWithImage: null,
  },
] as const;

for (const { model, vendor, environment, input, body, bodyWithImage } of cases) {
  test(`${model} receives the input in its own format, and the generation completes`, async (context) => {
    const safelight = await openDemo(context, { ...environment, ...(await serve(context, vendor)) });
    safelight.worker.start();
    const submitted = { prompt: " Dunes ", ...input };
    const expected = { outputs: "count" in input ? input.count : 1, status: "completed" };
    assert.deepEqual(await runToEnd({ safelight, model, input: submitted }), expected);
    assertFields(vendor.paid.at(-1)?.body, body);
    if (bodyWithImage === null) return;
    const { id: image } = await safelight.api.uploadInput(ann, tinyPng());
    assert.deepEqual(await runToEnd({ safelight, model, input: { ...submitted, image } }), expected);
    assertFields(vendor.paid.at(-1)?.body, bodyWithImage);
  });
}

test("fal receives an input image on its image-to-image path, and the job is polled to its end", async (context) => {
  const vendor = createFalVendor();
  const paths: string[] = [];
  const handle = (request: Request) => {
    if (request.method === "POST") paths.push(new URL(request.url).pathname);
    return vendor.handle(request);
  };
  const safelight = await openDemo(context, { FAL_KEY: "the-key", ...(await serve(context, { handle })) });
  safelight.worker.start();
  const { id: image } = await safelight.api.uploadInput(ann, tinyPng());
  await runToEnd({ safelight, model: "fal", input: { prompt: "Dunes" } });
  await runToEnd({ safelight, model: "fal", input: { prompt: "Dunes", image } });
  assert.deepEqual(paths, ["/fal-ai/flux/dev", "/fal-ai/flux/dev/image-to-image"]);
});

test("ComfyUI receives its workflow with prompt and seed filled in", async (context) => {
  const vendor = createComfyuiVendor();
  // Adds the header that a proxy in front of ComfyUI would add.
  const handle = async (request: Request) => {
    const { url, method, headers } = request;
    const authorized = new Headers([...headers, ["authorization", "Bearer the-key"]]);
    const body = method === "POST" ? { body: await request.text() } : {};
    return vendor.handle(new Request(url, { method, headers: authorized, ...body }));
  };
  const { DEMO_VENDOR_ORIGIN: COMFYUI_URL } = await serve(context, { handle });
  const COMFYUI_WORKFLOW = await workflowFile(context, JSON.stringify(workflow));
  const safelight = await openDemo(context, { COMFYUI_URL, COMFYUI_WORKFLOW });
  safelight.worker.start();
  assert.deepEqual(await runToEnd({ safelight, model: "comfyui", input: { prompt: "Dunes", seed: 7 } }), {
    outputs: 1,
    status: "completed",
  });
  const [paid] = vendor.paid;
  assert.match(JSON.stringify(paid?.body), /"text":"a poster of Dunes"/);
  assert.match(JSON.stringify(paid?.body), /"seed":7/);
});

test("an unusable COMFYUI_WORKFLOW throws a SettingsError", async (context) => {
  const COMFYUI_URL = "http://127.0.0.1:8188";
  for (const [text, reason] of [
    ["{", /has no \{\{prompt\}\}/],
    ['{"text": "{{prompt}}"}', /API format/],
    [`${JSON.stringify(workflow)} {{width:number}}`, /\{\{width:number\}\}/],
  ] as const) {
    const COMFYUI_WORKFLOW = await workflowFile(context, text);
    await assert.rejects(openDemo(context, { COMFYUI_URL, COMFYUI_WORKFLOW }), {
      name: "SettingsError",
      message: reason,
    });
  }
  const missing = { COMFYUI_URL, COMFYUI_WORKFLOW: "nowhere.json" };
  await assert.rejects(openDemo(context, missing), { name: "SettingsError", message: /nowhere\.json/ });
});

const workflow = {
  "3": { class_type: "KSampler", inputs: { seed: "{{seed:seed}}", positive: ["6", 0], latent_image: ["5", 0] } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a poster of {{prompt}}" } },
  "9": { class_type: "SaveImage", inputs: { images: ["3", 0] } },
};

async function workflowFile(context: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-workflow-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "workflow.json");
  await writeFile(file, text);
  return file;
}

/** Submits, and polls until the generation ends. @returns its status, with the number of outputs or the error. */
async function runToEnd(options: {
  readonly safelight: Awaited<ReturnType<typeof openDemo>>;
  readonly model: (typeof cases)[number]["model"] | "comfyui";
  readonly input: {
    readonly prompt: string;
    readonly count?: number;
    readonly seed?: number;
    readonly image?: string;
  };
}) {
  const { safelight, model, input } = options;
  const { generation } = await safelight.api.submit(ann, model, input);
  for (;;) {
    const current = await safelight.api.get(ann, generation.id);
    if (current.status === "completed") return { status: current.status, outputs: current.outputs.length };
    if (isTerminal(current)) {
      return { status: current.status, error: current.status === "failed" ? current.error : null };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Compares fields of a paid request; a string matches as a prefix. Replicate nests its fields in `input`. */
function assertFields(body: unknown, fields: Readonly<Record<string, unknown>>): void {
  const sent: Readonly<Record<string, unknown>> = Object(Object(body).input ?? body);
  for (const [name, value] of Object.entries(fields)) {
    const found = typeof value === "string" ? String(sent[name]).slice(0, value.length) : sent[name];
    assert.equal(found, value, name);
  }
}
