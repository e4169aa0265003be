import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createOpenAI } from "@ai-sdk/openai";
import { createFalClient } from "@fal-ai/client";
import { generateImage } from "ai";
import OpenAI from "openai";
import Replicate from "replicate";
import type { FakeVendor } from "../../packages/server/testing/vendors/fake-vendor.js";
import { createFalVendor } from "../../packages/server/testing/vendors/fal-vendor.js";
import { createOpenaiVendor } from "../../packages/server/testing/vendors/openai-vendor.js";
import { createReplicateVendor } from "../../packages/server/testing/vendors/replicate-vendor.js";
import type { subjects } from "../providers/subjects.js";

/** A vendor's published client with its default settings. */
export interface VendorClient {
  /** The name of the call. */
  readonly call: string;
  readonly packageName: string;
  readonly createVendor: () => FakeVendor;
  /** Safelight's adapter for the same vendor. */
  readonly adapter: keyof typeof subjects;
  /** Requests one image. */
  readonly runCall: (origin: string, signal: AbortSignal) => Promise<unknown>;
}

const prompt = "a quiet lake";
const apiKey = "the-key";

export const vendorClients: readonly VendorClient[] = [
  {
    call: "fal.subscribe",
    packageName: "@fal-ai/client",
    createVendor: createFalVendor,
    adapter: "fal",
    runCall: (origin, signal) =>
      createFalClient({
        credentials: apiKey,
        // The client supports no other base URL than fal's.
        fetch: (url, init) => fetch(new URL(new URL(String(url)).pathname, origin), init),
      }).subscribe("fal-ai/flux/dev", { input: { prompt }, abortSignal: signal }),
  },
  {
    call: "replicate.run",
    packageName: "replicate",
    createVendor: createReplicateVendor,
    adapter: "replicate",
    runCall: (origin, signal) =>
      new Replicate({ auth: apiKey, baseUrl: origin }).run("black-forest-labs/flux-schnell", {
        input: { prompt },
        signal,
      }),
  },
  {
    call: "openai.images.generate",
    packageName: "openai",
    createVendor: createOpenaiVendor,
    adapter: "openai",
    runCall: (origin, signal) =>
      new OpenAI({ apiKey, baseURL: origin }).images.generate({ model: "gpt-image-1", prompt }, { signal }),
  },
  {
    call: "generateImage",
    packageName: "ai",
    createVendor: createOpenaiVendor,
    adapter: "aiSdk",
    runCall: (origin, abortSignal) =>
      generateImage({
        model: createOpenAI({ apiKey, baseURL: origin }).image("gpt-image-1"),
        prompt,
        abortSignal,
      }),
  },
];

/** The installed version of a package. */
export async function versionOf(packageName: string): Promise<string> {
  const path = fileURLToPath(new URL(`../node_modules/${packageName}/package.json`, import.meta.url));
  return JSON.parse(await readFile(path, "utf8")).version;
}
