import { describe, expectTypeOf, it } from "vitest";
import type { ClientOptions } from "./call-options.js";
import type { AnySafelightClient, SafelightClient } from "./client.js";
import type { GenerationOf, ModelInput, ModelName, SafelightApp } from "./contract/app.js";
import {
  type CompletedGeneration,
  type Generation,
  isTerminal,
  type TerminalGeneration,
} from "./contract/generation.js";
import type { ModelSummary, UploadedInput } from "./contract/wire.js";
import { createSafelightClient } from "./create-safelight-client.js";

type Inputs = {
  readonly flux: { readonly input: { readonly prompt: string; readonly seed?: number } };
  readonly upscale: { readonly input: { readonly url: string } };
};
type App = SafelightApp<Inputs>;

declare const client: SafelightClient<App>;
declare const generation: Generation;

// biome-ignore lint/suspicious/noExplicitAny: the app type degrades to any if the server's types cannot be resolved
type Degraded = any;

describe("ClientOptions", () => {
  it("accepts the credentials and headers that the platform's fetch accepts", () => {
    expectTypeOf<NonNullable<ClientOptions["credentials"]>>().toEqualTypeOf<RequestCredentials>();
    expectTypeOf<HeadersInit>().toExtend<NonNullable<ClientOptions["headers"]>>();
    expectTypeOf<() => Promise<HeadersInit>>().toExtend<NonNullable<ClientOptions["headers"]>>();
  });
});

describe("SafelightClient", () => {
  it("knows the models of the app and their inputs", () => {
    expectTypeOf<ModelName<App>>().toEqualTypeOf<"flux" | "upscale">();
    expectTypeOf<ModelInput<App, "upscale">>().toEqualTypeOf<{ readonly url: string }>();
    client.submit("flux", { prompt: "a lamp" });
    client.submit("flux", { prompt: "a lamp", seed: 1 }, { scope: "poster", expectedCredits: 4 });
  });

  it("uploads files and blobs, and returns a reference for inputs", () => {
    expectTypeOf(client.uploadInput).parameter(0).toEqualTypeOf<Blob>();
    expectTypeOf(client.uploadInput).returns.resolves.toEqualTypeOf<UploadedInput>();
    expectTypeOf<UploadedInput["id"]>().toEqualTypeOf<string>();
  });

  it("rejects an unknown model", () => {
    // @ts-expect-error an unknown model
    client.submit("flax", { prompt: "a lamp" });
  });

  it("rejects a missing, a wrong, a foreign and an unknown field", () => {
    // @ts-expect-error prompt is missing
    client.submit("flux", {});
    // @ts-expect-error prompt is a string
    client.submit("flux", { prompt: 1 });
    // @ts-expect-error prompt belongs to another model
    client.submit("upscale", { prompt: "a lamp" });
    // @ts-expect-error size is unknown
    client.submit("flux", { prompt: "a lamp", size: 512 });
  });

  it("rejects the input of one model for a model that is one of two", () => {
    const model: "flux" | "upscale" = Math.random() < 0.5 ? "flux" : "upscale";
    // @ts-expect-error the input fits neither for certain
    client.submit(model, { size: 512 });
  });

  it("types outputs for completed generations only, and errors for failed ones only", () => {
    // @ts-expect-error it may have failed
    generation.outputs;
    if (generation.status === "completed") expectTypeOf(generation.outputs[0].url).toEqualTypeOf<string>();
    if (generation.status === "failed") {
      expectTypeOf(generation.error.retryable).toEqualTypeOf<boolean>();
      // @ts-expect-error a failed generation has no outputs
      generation.outputs;
    }
    expectTypeOf(client.wait("gen_1"))
      .resolves.toHaveProperty("status")
      .toEqualTypeOf<"completed" | "failed" | "canceled">();
  });

  it("types the input of returned generations by model", async () => {
    const { generation: submitted } = await client.submit("flux", { prompt: "a lamp" });
    expectTypeOf(submitted).toEqualTypeOf<Generation<"flux", Inputs["flux"]["input"]>>();
    expectTypeOf(client.list({ model: "upscale" }))
      .resolves.toHaveProperty("generations")
      .toEqualTypeOf<readonly Generation<"upscale", { readonly url: string }>[]>();
    const model = {} as string | undefined;
    expectTypeOf(client.list({ model }))
      .resolves.toHaveProperty("generations")
      .toEqualTypeOf<readonly GenerationOf<App>[]>();
    const { generations: done } = await client.list({ model: "flux", status: "completed" });
    expectTypeOf(done).toEqualTypeOf<readonly CompletedGeneration<"flux", Inputs["flux"]["input"]>[]>();
    // @ts-expect-error an unknown option
    client.list({ model: "flux", page: 2 });
    const wrapped: SafelightClient<App> = { ...client, list: (options) => client.list(options) };
    expectTypeOf(wrapped).toExtend<AnySafelightClient>();
    const got = await client.get("gen_1");
    // @ts-expect-error it may be a generation of another model
    got.input.prompt;
    if (got.model === "flux") expectTypeOf(got.input.seed).toEqualTypeOf<number | undefined>();
    const finished = await client.wait("gen_1");
    if (finished.model === "upscale" && finished.status === "completed") {
      expectTypeOf(finished).toEqualTypeOf<CompletedGeneration<"upscale", { readonly url: string }>>();
    }
    for await (const event of client.events()) {
      if (event.type === "generation") expectTypeOf(event.generation).toEqualTypeOf<GenerationOf<App>>();
    }
  });

  it("types inputs as JSON, as the server returns them", () => {
    type Planned = SafelightApp<{
      readonly poster: { readonly input: { at: Date; tags?: string[]; size: { width: number } | null } };
    }>;
    expectTypeOf<GenerationOf<Planned>["input"]>().toEqualTypeOf<{
      readonly at: string;
      readonly tags?: readonly string[];
      readonly size: { readonly width: number } | null;
    }>();
    const planned = {} as SafelightClient<Planned>;
    planned.submit("poster", { at: new Date(), size: null });
  });

  it("narrows finished and active generations of any type", () => {
    const typed = {} as GenerationOf<App>;
    if (isTerminal(typed)) expectTypeOf(typed.status).toEqualTypeOf<"completed" | "failed" | "canceled">();
    else expectTypeOf(typed.status).toEqualTypeOf<"pending" | "processing">();
    const statusOf = <Any extends Generation>(given: Any): "pending" | "processing" | null =>
      isTerminal(given) ? null : given.status;
    expectTypeOf(statusOf).toBeFunction();
    expectTypeOf([generation].filter(isTerminal)).toEqualTypeOf<TerminalGeneration[]>();
  });

  it("types inputs as unknown if the app was not given", () => {
    expectTypeOf<GenerationOf<never>>().toEqualTypeOf<Generation>();
    expectTypeOf<GenerationOf<Degraded>>().toEqualTypeOf<Generation>();
    expectTypeOf(createSafelightClient().get("gen_1")).resolves.toEqualTypeOf<Generation>();
    expectTypeOf(generation.input).toEqualTypeOf<unknown>();
  });

  it("rejects every submit if the app degraded to any or was not given", () => {
    expectTypeOf<ModelName<Degraded>>().toEqualTypeOf<never>();
    expectTypeOf<ModelName<never>>().toEqualTypeOf<never>();
    expectTypeOf<ModelName<{ readonly $Infer: { readonly models: Degraded } }>>().toEqualTypeOf<never>();
    const degraded = {} as SafelightClient<Degraded>;
    // @ts-expect-error the app is any
    degraded.submit("flux", { prompt: "a lamp" });
    // @ts-expect-error the app is any
    createSafelightClient<Degraded>().submit("flux", { prompt: "a lamp" });
    // @ts-expect-error the app was not given
    createSafelightClient().submit("flux", { prompt: "a lamp" });
    expectTypeOf(createSafelightClient<App>()).toEqualTypeOf<SafelightClient<App>>();
  });

  it("accepts undefined for every optional option", () => {
    const model = {} as ModelSummary | undefined;
    client.submit("flux", { prompt: "a lamp" }, { expectedCredits: model?.credits ?? undefined, signal: undefined });
    client.list({ cursor: null, status: undefined, model: model?.id, scope: undefined });
    client.retry("gen_1", { input: undefined, idempotencyKey: undefined });
    client.events({ signal: undefined, after: undefined });
    expectTypeOf<{ baseUrl: undefined; headers: undefined; fetch: undefined }>().toExtend<ClientOptions>();
  });

  it("accepts the global fetch and a server's handler as fetch", () => {
    expectTypeOf<typeof globalThis.fetch>().toExtend<NonNullable<ClientOptions["fetch"]>>();
    expectTypeOf<(request: Request) => Promise<Response>>().toExtend<NonNullable<ClientOptions["fetch"]>>();
  });

  it("accepts a client of any app where the models do not matter", () => {
    expectTypeOf<SafelightClient<App>>().toExtend<AnySafelightClient>();
    expectTypeOf(<Any extends SafelightApp>(client: SafelightClient<Any>): AnySafelightClient => client).toBeFunction();
  });
});
