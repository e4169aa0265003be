import type { ModelInput, ModelName, ModelsOf } from "@safelight/client/contract";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineModel } from "../model/define-model.js";
import type { Provider } from "../ports/provider.js";
import type { Storage } from "../ports/storage.js";
import type { Store } from "../ports/store/store.js";
import { createSafelight } from "./create-safelight.js";

declare const store: Store;
declare const storage: Storage;
declare const paints: Provider<{ readonly prompt: string; readonly steps: number }>;

const safelight = createSafelight({
  store,
  storage,
  identify: ({ headers }) => headers.get("x-user"),
  models: {
    flux: defineModel({ provider: paints, input: z.object({ prompt: z.string(), steps: z.int().default(8) }) }),
    // The price and the number of outputs receive the parsed input and the payer.
    priced: defineModel({
      provider: paints,
      input: z.object({ prompt: z.string(), steps: z.int().default(8) }),
      credits: (input, caller) => {
        expectTypeOf(input).toEqualTypeOf<{ prompt: string; steps: number }>();
        expectTypeOf(caller.accountId).toEqualTypeOf<string>();
        return input.steps;
      },
      outputs: (input) => input.steps,
    }),
  },
});
type App = typeof safelight;

test("typeof safelight contains one plain map of sent inputs", () => {
  expectTypeOf<ModelName<App>>().toEqualTypeOf<"flux" | "priced">();
  expectTypeOf<ModelInput<App, "flux">>().toEqualTypeOf<{ prompt: string; steps?: number | undefined }>();
  expectTypeOf<ModelsOf<App>>().not.toBeAny();
});

test("api.submit accepts the input of its model, with or without defaulted fields", () => {
  const caller = { ownerId: "ann" };
  safelight.api.submit(caller, "flux", { prompt: "x" });
  safelight.api.submit(caller, "flux", { prompt: "x", steps: 3 }, { scope: "poster" });
  // @ts-expect-error a field is missing
  safelight.api.submit(caller, "flux", { steps: 3 });
  // @ts-expect-error a field has the wrong type
  safelight.api.submit(caller, "flux", { prompt: "x", steps: "3" });
  // @ts-expect-error unknown model
  safelight.api.submit(caller, "none", { prompt: "x" });
});

test("a caller is identified by headers or by id", () => {
  safelight.api.active({ headers: new Headers() });
  safelight.api.active({ ownerId: "ann", accountId: "team" });
  // @ts-expect-error a caller is missing
  safelight.api.active({});
});

test("only a completed generation has outputs", async () => {
  const generation = await safelight.api.get({ ownerId: "ann" }, "gen_1");
  if (generation.status === "completed") expectTypeOf(generation.outputs[0].url).toEqualTypeOf<string>();
  // @ts-expect-error a failed generation has no outputs
  if (generation.status === "failed") generation.outputs;
});

test("a server without identify does not compile", () => {
  // @ts-expect-error identify is missing
  createSafelight({ store, storage, models: {} });
  // @ts-expect-error an id must not be a number
  createSafelight({ store, storage, models: {}, identify: () => 7 });
});

test("a transform that changes the type on the wire does not compile", () => {
  const length = z.string().transform((text) => text.length);
  // @ts-expect-error the parsed prompt is a number, but a string was sent
  defineModel({ provider: paints, input: z.object({ prompt: length, steps: z.int() }) });
  // A transform that keeps the type passes.
  defineModel({ provider: paints, input: z.object({ prompt: z.string().trim(), steps: z.int() }) });
});
