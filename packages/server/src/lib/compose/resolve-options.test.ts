import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { defineModel, type Models } from "../model/define-model.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import type { SafelightOptions } from "./options.js";
import { resolveOptions } from "./resolve-options.js";

// The store opens nothing before its first use.
const store = libsqlStore({ url: "file:never-opened.db" });

const models = { flux: defineModel({ provider: scriptedProvider(), input: z.object({}) }) };

const resolve = (options: Partial<SafelightOptions<Models>> = {}) =>
  resolveOptions({ store, storage: memoryStorage(), identify: () => null, models, ...options });

describe("resolveOptions", () => {
  it("returns the documented defaults", () => {
    expect(resolve()).toEqual({
      basePath: "/api/generations",
      publicOrigin: "",
      exposesFlags: false,
      recognition: null,
      trustedOrigins: new Set(),
      limits: {
        maxActive: 20,
        rate: { requests: 60, perMs: 60_000 },
        refunds: { generations: 100, perMs: 3_600_000 },
        maxInputBytes: 32_768,
        uploads: { requests: 60, perMs: 600_000 },
        maxInputFiles: 10,
        maxInputImageBytes: 26_214_400,
        maxInputBytesPerOwner: 1_073_741_824,
        maxUploadBytes: 524_288_000,
        maxInputImagePixels: 64_000_000,
        maxInputVideoBytes: 209_715_200,
        maxInputVideoPixels: 9_437_184,
        maxInputAudioBytes: 52_428_800,
        maxInputSeconds: 3_600,
      },
      priorityFor: expect.any(Function),
      maxBodyBytes: 262_144,
      maxStreams: 10_000,
      webhook: null,
      scalesImages: true,
      outputCheck: undefined,
      marking: { mark: expect.any(Function), system: null },
      mode: "loop",
      billing: { initialGrant: 0 },
      worker: {
        concurrency: 8,
        leaseMs: 30_000,
        reconcileForMs: 600_000,
        storingGraceMs: 3_600_000,
        sweepAfterMs: 2_000,
        drainMs: 20_000,
        maxOutputBytes: { image: 67_108_864, video: 536_870_912, audio: 134_217_728 },
        budgetMs: null,
        keepInputsMs: 604_800_000,
        keepGenerationsMs: null,
      },
    });
  });

  it("keeps uploads longer than any deadline", () => {
    const dayMs = 86_400_000;
    const model = (deadlineMs: number) =>
      defineModel({ provider: scriptedProvider(), input: z.object({}), deadlineMs });
    const models = { short: model(1), long: model(dayMs) };
    const keepInputsMs = (options: Partial<SafelightOptions<Models>>) => resolve(options).worker.keepInputsMs;
    expect(keepInputsMs({ models, retention: { inputsMs: dayMs + 3_600_000 } })).toBe(dayMs + 3_600_000);
    expect(() => keepInputsMs({ models, retention: { inputsMs: dayMs + 3_599_999 } })).toThrow(RangeError);
    expect(keepInputsMs({ models: { longer: model(8 * dayMs) } })).toBe(8 * dayMs + 3_600_000);
  });

  it("keeps ended generations for at least a day, by default forever", () => {
    const keepGenerationsMs = (generationsMs: number) =>
      resolve({ retention: { generationsMs } }).worker.keepGenerationsMs;
    expect(keepGenerationsMs(86_400_000)).toBe(86_400_000);
    for (const wrong of [86_399_999, 30, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 86_400_000.5]) {
      expect(() => keepGenerationsMs(wrong)).toThrow(/retention.generationsMs must be a whole number of at least/);
    }
  });

  it.each([
    [{ scaler: true }, "scaler must be false"],
    [{ scaler: null }, "scaler must be false"],
    [{ thumbnailUrl: "https://cdn.example" }, "thumbnailUrl must be a function"],
    [{ onCheckError: "ignore" }, "onCheckError must be"],
    [{ provenance: { mark: "iptc" } }, "provenance.mark must be a function"],
    [{ provenance: { system: "" } }, "provenance.system must be a text of 1 to 200 characters"],
    [{ provenance: { systm: "Acme" } }, "systm"],
    [{ recognition: { rate: false } }, "recognition.rate must have requests and perMs"],
    [{ recognition: { addressOf: "x-real-ip" } }, "recognition.addressOf must be a function of a request"],
  ])("refuses %j", (options, message) => {
    // As from JavaScript, without types.
    expect(() => resolve(options as never)).toThrow(message);
  });

  it.each(["identify", "store", "storage", "models"])("refuses a missing %s", (name) => {
    for (const missing of [undefined, null]) {
      const options = { [name]: missing };
      expect(() => resolve(options)).toThrow(TypeError);
      expect(() => resolve(options)).toThrow(`createSafelight needs ${name}: `);
    }
  });

  it("refuses an empty list of models", () => {
    expect(() => resolve({ models: {} })).toThrow(/createSafelight needs models: at least one/);
  });

  it.each<[object, string]>([
    [{ modles: {} }, "createSafelight"],
    [{ limits: { maxactive: 1 } }, "limits"],
    [{ limits: { rate: { requests: 1, perMs: 1, per: 1 } } }, "limits.rate"],
    [{ limits: { refunds: { generations: 1, perMs: 1, requests: 1 } } }, "limits.refunds"],
    [{ limits: { uploads: { requests: 1, perMs: 1, burst: 1 } } }, "limits.uploads"],
    [{ worker: { concurency: 1 } }, "worker"],
    [{ retention: { generationMs: 86_400_000 } }, "retention"],
    [{ credits: { grant: 1 } }, "credits"],
    [{ hooks: { onComplete: () => {} } }, "hooks"],
    [{ teams: { visible: () => "own" } }, "teams"],
    [{ recognition: { burst: 1 } }, "recognition"],
    [{ webhook: { url: "https://a.example", secret: `whsec_${"a".repeat(44)}`, retries: 1 } }, "webhook"],
  ])("refuses the unknown option in %j", (options, where) => {
    expect(() => resolve(options)).toThrow(new RegExp(`^Unknown option "\\w+" in ${where}. Use one of: `));
  });

  it.each([
    ["/media", "/media"],
    ["/media/", "/media"],
    ["/", ""],
    ["", ""],
    ["/a/b-c.d~e_f", "/a/b-c.d~e_f"],
  ])("accepts the base path %j", (basePath, expected) => {
    expect(resolve({ basePath }).basePath).toBe(expected);
  });

  it.each(["media", "//", "/a//b", "/a?b", "/a b", "/:id", "/*", "https://example.com/a"])(
    "refuses the base path %j",
    (basePath) => {
      expect(() => resolve({ basePath })).toThrow(/basePath must be a path/);
    },
  );

  it.each([
    ["webhook", "verifyWebhook", { verifyWebhook: undefined }],
    ["webhook", "requestIdOf", { requestIdOf: undefined }],
    ["cancel", "cancel", { cancel: undefined }],
    ["resumable", "poll", { poll: undefined }],
  ])("refuses a provider with the capability %s and without %s", (capability, method, change) => {
    const complete = scriptedProvider({
      cancel: ["canceled"],
      webhookSecrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    });
    const define = (provider: object) => ({
      // A host in JavaScript may omit a method.
      flux: defineModel({ provider: { ...complete, ...provider } as typeof complete, input: z.object({}) }),
    });
    expect(() => resolve({ models: define({}) })).not.toThrow();
    expect(() => resolve({ models: define(change) })).toThrow(
      `The provider "scripted" of the model "flux" has capabilities.${capability} without ${method}: add ${method}, or set ` +
        `capabilities.${capability} to false.`,
    );
  });

  it("accepts origins with or without a trailing slash", () => {
    const settings = resolve({
      publicUrl: "https://example.com/",
      trustedOrigins: ["https://a.example", "http://localhost:5173/"],
    });
    expect(settings.publicOrigin).toBe("https://example.com");
    expect(settings.trustedOrigins).toEqual(new Set(["https://a.example", "http://localhost:5173"]));
  });

  it.each(["*", "null", "example.com", "https://*.example.com/x", "https://a.example/path", "file:///a", "", "data:x"])(
    "refuses %j as an origin",
    (origin) => {
      expect(() => resolve({ trustedOrigins: [origin] })).toThrow(/trustedOrigins must be an origin/);
      expect(() => resolve({ publicUrl: origin })).toThrow(/publicUrl must be an origin/);
    },
  );

  it.each<Partial<SafelightOptions<Models>>>([
    { limits: { maxActive: 0 } },
    { limits: { rate: { requests: 0, perMs: 1 } } },
    { limits: { rate: { requests: 1, perMs: 0.5 } } },
    { limits: { maxBodyBytes: Number.NaN } },
    { limits: { maxInputBytes: 0 } },
    { limits: { maxOutputBytes: 0 } },
    { limits: { maxOutputBytes: { video: 0 } } },
    { limits: { maxOutputBytes: { audio: 0.5 } } },
    { limits: { uploads: { requests: 0, perMs: 1 } } },
    { limits: { maxInputFiles: 0 } },
    { limits: { maxInputImageBytes: 0 } },
    { limits: { maxInputBytesPerOwner: 26_214_399 } },
    { limits: { maxUploadBytes: 26_218_495 } },
    { limits: { maxInputImagePixels: 0 } },
    { limits: { maxStreams: 0 } },
    { recognition: { maxBytes: 0 } },
    { recognition: { rate: { requests: 0, perMs: 1 } } },
    { credits: { initialGrant: -1 } },
    { worker: { leaseMs: 999 } },
    { worker: { leaseMs: 120_001 } },
    { worker: { concurrency: 0 } },
    { worker: { drainMs: -1 } },
  ])("refuses %j", (options) => {
    expect(() => resolve(options)).toThrow(RangeError);
  });

  it("names the type of a number in a string", () => {
    // The cast stands for a host in JavaScript with a value of `process.env`.
    const initialGrant = "100" as unknown as number;
    expect(() => resolve({ credits: { initialGrant } })).toThrow(/at least 0, not the string "100"$/);
  });

  it("returns null for rate: false", () => {
    expect(resolve({ limits: { rate: false } }).limits.rate).toBeNull();
    expect(resolve({ limits: { refunds: false } }).limits.refunds).toBeNull();
  });
});
