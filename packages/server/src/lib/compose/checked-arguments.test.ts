import { describe, expect, it } from "vitest";
import { aiSdk } from "../../ai-sdk.js";
import { bfl } from "../../bfl.js";
import { cloudflare } from "../../cloudflare.js";
import { comfyui } from "../../comfyui.js";
import { custom } from "../../custom.js";
import { fal } from "../../fal.js";
import { fileStorage } from "../../file-storage.js";
import { filesSdkStorage } from "../../files-sdk.js";
import { google } from "../../google.js";
import { libsqlStore } from "../../libsql.js";
import { libsqlClientStore } from "../../libsql-client.js";
import { openai, openaiResponses, openaiWebhookRelay } from "../../openai.js";
import { postgresEventBus } from "../../postgres.js";
import { redisEventBus } from "../../redis.js";
import { replicate } from "../../replicate.js";
import { s3Storage } from "../../s3.js";
import { stability } from "../../stability.js";

/** The signature of a function for a caller without types. */
type Untyped = (...args: unknown[]) => unknown;

const imageModel = { specificationVersion: "v4", provider: "test", modelId: "test", doGenerate: () => {} };

/** Each function with the arguments that precede its options. */
const subjects: Readonly<Record<string, { readonly call: unknown; readonly first: readonly unknown[] }>> = {
  aiSdk: { call: aiSdk, first: [imageModel] },
  bfl: { call: bfl, first: ["flux-2-pro"] },
  cloudflare: { call: cloudflare, first: ["@cf/any/model"] },
  comfyui: { call: comfyui, first: [{}] },
  custom: { call: custom, first: [] },
  fal: { call: fal, first: ["fal-ai/flux/dev"] },
  fileStorage: { call: fileStorage, first: ["./media"] },
  filesSdkStorage: { call: filesSdkStorage, first: [{}] },
  google: { call: google, first: ["gemini-3.1-flash-image"] },
  libsqlClientStore: { call: libsqlClientStore, first: [] },
  libsqlStore: { call: libsqlStore, first: [] },
  openai: { call: openai, first: ["gpt-image-2"] },
  openaiResponses: { call: openaiResponses, first: ["gpt-image-2"] },
  openaiWebhookRelay: { call: openaiWebhookRelay, first: [] },
  postgresEventBus: { call: postgresEventBus, first: [] },
  redisEventBus: { call: redisEventBus, first: [] },
  replicate: { call: replicate, first: ["black-forest-labs/flux-schnell"] },
  s3Storage: { call: s3Storage, first: [] },
  stability: { call: stability, first: ["core"] },
};

/** Calls a function as a JavaScript host does. Some of the functions reject instead of throwing. */
async function errorOf(name: string, ...args: readonly unknown[]): Promise<unknown> {
  // The cast stands for a caller without types, for which the checks exist.
  const call = subjects[name]?.call as Untyped;
  try {
    await call(...args);
  } catch (error) {
    return error;
  }
  return null;
}

describe.each(Object.keys(subjects))("%s", (name) => {
  const first = subjects[name]?.first ?? [];

  it("refuses an unknown option, and lists the known ones", async () => {
    const error = await errorOf(name, ...first, { key: "fal-key" });
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`Unknown option "key" in ${name}. Use one of: `);
    expect(String(error)).not.toContain("fal-key");
  });

  it.runIf(name !== "comfyui")("says what is missing when it is called without arguments", async () => {
    const error = await errorOf(name);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/ needs | must name a model of the vendor|image model/);
    expect(String(error)).not.toMatch(/Cannot (read|destructure)/);
  });
});

it.each([
  ["custom", "id"],
  ["libsqlClientStore", "client"],
  ["libsqlStore", "url"],
  ["openaiResponses", "textModel"],
  ["openaiWebhookRelay", "webhookSecrets"],
  ["postgresEventBus", "listen"],
  ["redisEventBus", "publisher"],
  ["s3Storage", "bucket"],
])("%s names the missing option %s", async (name, option) => {
  const error = await errorOf(name, ...(subjects[name]?.first ?? []), {});
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ message: `${name} needs the option "${option}".`, code: "option_missing" });
});
