import { stripTypeScriptTypes } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Hooks } from "../packages/server/src/index.ts";
import { defineModel } from "../packages/server/src/index.ts";
import { done, scriptedProvider } from "../packages/server/testing/fakes/scripted-provider.ts";
import { problemOf, testServer } from "../packages/server/testing/test-server.ts";
import { tinyPng } from "../packages/server/testing/tiny-png.ts";
import { type ServedVendor, serveVendor } from "../packages/server/testing/vendors/serve-vendor.ts";
import { codeBlocksOf } from "./code-blocks.ts";
import { readRepositoryFile } from "./repository-files.ts";

/** The module of a recipe. */
async function load<Module>(page: string): Promise<Module> {
  const [{ source = "" } = {}] = codeBlocksOf(readRepositoryFile(`docs/recipes/${page}.md`));
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(source))}`);
}

/** Accepts any input. */
const input = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
const models = { flux: defineModel({ provider: scriptedProvider<unknown>({ poll: [done()] }), input, credits: 4 }) };
/** The image that the endpoint flags. */
const bad = Buffer.from(tinyPng(200));

describe("docs/recipes/moderation-endpoint.md", () => {
  const requests: { readonly input: readonly Part[] }[] = [];
  let endpoint: ServedVendor;
  let isDown = false;
  /** Whether it flags every image: a thumbnail has other bytes. */
  let flagsImages = false;
  let hooks: Hooks;

  beforeAll(async () => {
    endpoint = await serveVendor({ handle: (request) => moderate(request) });
    const send = globalThis.fetch;
    vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
      send(url.replace(/^https:\/\/api\.openai\.com/, endpoint.origin), init),
    );
    vi.stubEnv("OPENAI_API_KEY", "the-key");
    ({ hooks } = await load<{ readonly hooks: Hooks }>("moderation-endpoint"));
  });
  beforeEach(() => {
    requests.length = 0;
    isDown = false;
    flagsImages = false;
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    await endpoint.close();
  });

  /** The wire of OpenAI. @see https://platform.openai.com/docs/api-reference/moderations (checked 2026-11) */
  async function moderate(request: Request): Promise<Response> {
    if (isDown) return Response.json({ error: { message: "Overloaded", type: "server_error" } }, { status: 503 });
    const isKnown = new URL(request.url).pathname === "/v1/moderations" && request.method === "POST";
    if (!isKnown) return new Response(null, { status: 404 });
    if (request.headers.get("authorization") !== "Bearer the-key") return new Response(null, { status: 401 });
    const body: ModerationRequest = await request.json();
    requests.push(body);
    const images = body.input.filter((part) => part.type === "image_url");
    if (images.length > 1) {
      const message = `Number of images (${images.length}) exceeds maximum of 1`;
      const error = { message, type: "invalid_request_error", param: "input", code: "too_many_images" };
      return Response.json({ error }, { status: 400 });
    }
    const flagged = body.input.some((part) =>
      part.type === "text"
        ? part.text.includes("a bad prompt")
        : flagsImages || part.image_url.url === `data:image/png;base64,${bad.toString("base64")}`,
    );
    const applied = body.input.map(({ type }) => (type === "text" ? "text" : "image"));
    const result = {
      flagged,
      categories: { violence: flagged },
      category_scores: { violence: flagged ? 0.9 : 0.01 },
      category_applied_input_types: { violence: applied },
    };
    return Response.json({ id: "modr-1", model: "omni-moderation-latest", results: [result] });
  }

  it("refuses a prompt or an uploaded image that is flagged, before anything is charged", async () => {
    const { as, safelight } = await testServer({ models, hooks });
    const upload = async (bytes: Uint8Array) => (await safelight.api.uploadInput({ ownerId: "ann" }, bytes)).id;
    const [good, other, flagged] = [await upload(tinyPng(1)), await upload(tinyPng(2)), await upload(bad)];
    const submit = (prompt: string, images: readonly string[]) =>
      as("ann").post("", { model: "flux", input: { prompt, images } });

    expect((await submit("a lake", [good, other, good])).status).toBe(202);
    // The text, and each image once.
    expect(requests.map(({ input }) => input.map(({ type }) => type))).toEqual([
      ["text"],
      ["image_url"],
      ["image_url"],
    ]);
    for (const refused of [await submit("a lake", [good, flagged]), await submit("a bad prompt", [])]) {
      expect((await problemOf(refused)).code).toBe("content_blocked");
    }
    isDown = true;
    expect((await submit("a lake", [])).status).toBe(500);
    expect(await (await as("ann").get("/credits")).json()).toMatchObject({ balance: 96 });
  });

  it("withholds a flagged output", async () => {
    flagsImages = true;
    const ann = (await testServer({ models, hooks })).as("ann");
    const { id } = await ann.submit({ prompt: "a lake" });
    expect(await ann.finish(id)).toMatchObject({ status: "failed", error: { code: "content_rejected" } });
  });
});

describe("docs/recipes/age-gate.md", () => {
  it("refuses an owner without a confirmed age of 18 years", async () => {
    const recipe = await load<AgeGate>("age-gate");
    const birthDates: Readonly<Record<string, string>> = { ann: "2008-11-30", ben: "2008-12-01" };
    const hooks = recipe.ageGate(async (ownerId) => birthDates[ownerId] ?? null);
    const { as } = await testServer({ models, hooks });
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 30), toFake: ["Date"] });
    try {
      const submit = (owner: string) => as(owner).post("", { model: "flux", input: { prompt: "a lake" } });
      expect((await submit("ann")).status).toBe(202);
      for (const owner of ["ben", "cy"]) expect((await problemOf(await submit(owner))).code).toBe("forbidden");
    } finally {
      vi.useRealTimers();
    }
  });
});

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string } };

interface ModerationRequest {
  readonly model: string;
  readonly input: readonly Part[];
}

interface AgeGate {
  readonly ageGate: (birthDateOf: (ownerId: string) => Promise<string | null>) => Hooks;
}
