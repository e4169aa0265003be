import { describe, expect, it, onTestFinished, vi } from "vitest";
import { submitRequest } from "../../../../testing/submit-request.js";
import { withSetupCode } from "../../ports/setup-error.js";
import { bfl } from "../bfl/bfl.js";
import { cloudflare } from "../cloudflare/cloudflare.js";
import { comfyui } from "../comfyui/comfyui.js";
import { fal } from "../fal/fal.js";
import { google } from "../google/google.js";
import { openai } from "../openai/openai.js";
import { openaiResponses } from "../openai/openai-responses.js";
import { replicate } from "../replicate/replicate.js";
import { stability } from "../stability/stability.js";
import { resolveVendorOptions, type VendorOptions } from "./vendor-options.js";

const now = () => Date.parse("2026-11-20T10:00:00Z");
/** A vendor that requests a retry in one minute, by a date in `Retry-After`. */
const busy = Response.json({}, { status: 429, headers: { "retry-after": "Fri, 20 Nov 2026 10:01:00 GMT" } });

const workflow = { "1": { class_type: "SaveImage", inputs: { text: "{{prompt}}" } } };
const adapters = {
  bfl: (options: VendorOptions) => bfl("flux-2-pro", options),
  cloudflare: (options: VendorOptions) => cloudflare("@cf/any/model", { ...options, accountId: "the-account" }),
  comfyui: (options: VendorOptions) => comfyui(workflow, options),
  fal: (options: VendorOptions) => fal("fal-ai/flux/dev", options),
  google: (options: VendorOptions) => google("gemini-3.1-flash-image", options),
  openai: (options: VendorOptions) => openai("gpt-image-2", options),
  "openai-responses": (options: VendorOptions) => openaiResponses("gpt-image-2", { ...options, textModel: "gpt" }),
  replicate: (options: VendorOptions) => replicate("black-forest-labs/flux-schnell", options),
  stability: (options: VendorOptions) => stability("core", options),
} as const;

/** Environment variables of the keys. ComfyUI has none. */
const variables: Readonly<Record<string, string | null>> = {
  bfl: "BFL_API_KEY",
  cloudflare: "CLOUDFLARE_API_TOKEN",
  comfyui: null,
  fal: "FAL_KEY",
  google: "GEMINI_API_KEY",
  openai: "OPENAI_API_KEY",
  "openai-responses": "OPENAI_API_KEY",
  replicate: "REPLICATE_API_TOKEN",
  stability: "STABILITY_API_KEY",
};

/** Names of vendors that differ from the provider's id by more than capitals. */
const names: Readonly<Record<string, string>> = { stability: "Stability AI", "openai-responses": "OpenAI" };

describe.each(Object.entries(adapters))("%s", (id, open) => {
  it("joins paths to a base URL that ends in a slash, and reads Retry-After by the given clock", async () => {
    const urls: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      urls.push(String(url));
      return busy.clone();
    };
    const provider = open({ apiKey: "the-key", baseUrl: "https://proxy.test/vendor/", fetch, now });
    const outcome = await provider.submit(submitRequest({ input: { prompt: "a lake" } }));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "rate_limited", retryAfterMs: 60_000 } });
    expect(urls).toEqual([expect.stringMatching(/^https:\/\/proxy\.test\/vendor\/[^/]/)]);
  });

  it("refuses a relative base URL", () => {
    expect(() => open({ baseUrl: "proxy.test" })).toThrow(TypeError);
  });

  it.each(["", " \n"])("refuses %j as a key", (apiKey) => {
    const variable = variables[id];
    const remedy = variable === null ? "pass a value, or leave it out" : `set ${variable}, or pass a value`;
    const vendor = names[id] ?? id;
    const message = new RegExp(`^apiKey of ${vendor} is empty: ${remedy}\\.$`, "i");
    expect(() => open({ apiKey })).toThrow(message);
    expect(() => open({ apiKey })).toThrow(TypeError);
  });

  it("names the environment variable of a missing key before the first request", () => {
    const variable = variables[id];
    for (const name of [variable, "GOOGLE_API_KEY"]) if (name) vi.stubEnv(name, "");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(open({}).setupProblem?.() ?? null).toEqual(variable && expect.stringContaining(`set ${variable}`));
    expect(open({ apiKey: "the-key" }).setupProblem?.() ?? null).toBeNull();
  });

  it("names the environment variable of a key that the vendor refused", async () => {
    const fetch: typeof globalThis.fetch = async () => Response.json({}, { status: 401 });
    const outcome = await open({ apiKey: "the-key", fetch }).submit(submitRequest({ input: { prompt: "a lake" } }));
    const variable = variables[id];
    const where = variable === null ? "the adapter's apiKey" : `${variable}, or the adapter's apiKey`;
    const message = expect.stringMatching(new RegExp(` responded with .*401.*\\. Check ${where}\\.$`));
    expect(outcome).toMatchObject({ type: "rejected", failure: { code: "unauthenticated", message } });
  });
});

it("cloudflare refuses an empty account id", () => {
  const open = () => cloudflare("@cf/any/model", { accountId: "" });
  expect(open).toThrow(
    withSetupCode(
      "option_invalid",
      new TypeError("accountId of Cloudflare is empty: set CLOUDFLARE_ACCOUNT_ID, or pass a value."),
    ),
  );
});

describe.each([adapters.bfl, adapters.fal, adapters.replicate])("an adapter whose outputs are links", (open) => {
  it("replaces the vendor's media hosts by the given ones", () => {
    expect(open({}).mediaHosts).not.toEqual([]);
    expect(open({ mediaHosts: ["proxy.test"] }).mediaHosts).toEqual(["proxy.test"]);
  });
});

it.each([
  ["bfl", adapters.bfl],
  ["stability", (options: VendorOptions) => stability("upscale/creative", options)],
])("%s reads the time of acceptance from the given clock", async (_, open) => {
  const fetch: typeof globalThis.fetch = async () => Response.json({ id: "j1" });
  const outcome = await open({ apiKey: "the-key", fetch, now }).submit(submitRequest({ input: { prompt: "a lake" } }));
  expect(outcome).toMatchObject({ type: "accepted", operation: { id: "j1", acceptedAt: now() } });
});

describe("resolveVendorOptions", () => {
  const kodak = { vendor: "Kodak", variable: "KODAK_KEY" };

  it.each([
    "",
    "/v1",
    "ftp://proxy.test",
    "https://proxy.test/?key=1",
    "https://proxy.test#a",
    "https://a:b@proxy.test",
  ])("refuses %j", (baseUrl) =>
    expect(() => resolveVendorOptions({ baseUrl }, { ...kodak, baseUrl: "https://api.test" })).toThrow("baseUrl"),
  );

  it("defaults to the system's time and the vendor's own URL", () => {
    const nothing: VendorOptions = { apiKey: undefined, baseUrl: undefined };
    const { baseUrl, now: clock } = resolveVendorOptions(nothing, { ...kodak, baseUrl: "https://api.test/v1" });
    expect(baseUrl).toBe("https://api.test/v1");
    const before = Date.now();
    const now = clock();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });
});

describe("an option with a minimum", () => {
  it.each([
    { least: 1_001, open: (startWithinMs: number) => fal("a/b", { startWithinMs }) },
    { least: 1_000, open: (keepOutputsForMs: number) => fal("a/b", { keepOutputsForMs }) },
    { least: 5_000, open: (cancelAfterMs: number) => replicate("a/b", { cancelAfterMs }) },
    { least: 0, open: (listenMs: number) => comfyui(workflow, { listenMs }) },
  ])("accepts $least and refuses lower values", ({ least, open }) => {
    expect(() => open(least)).not.toThrow();
    for (const wrong of [least - 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => open(wrong)).toThrow(RangeError);
  });
});
