import type { SafelightClient, SafelightError } from "@safelight/client";
import type {
  ActiveGeneration,
  CompletedGeneration,
  CreditsResponse,
  Generation,
  GenerationOf,
  HistoryResponse,
  LedgerEntry,
  SafelightApp,
} from "@safelight/client/contract";
import type { InfiniteData } from "@tanstack/react-query";
import { describe, expectTypeOf, it } from "vitest";
import { createSafelightSuspenseHooks } from "./create-safelight-suspense-hooks.js";
import type { ActiveView } from "./use-active-generation.js";

type App = SafelightApp<{
  flux: { readonly input: { readonly prompt: string } };
  upscale: { readonly input: { readonly url: string } };
}>;
type Flux = Generation<"flux", { readonly prompt: string }>;
type Upscale = Generation<"upscale", { readonly url: string }>;
declare const client: SafelightClient<App>;
const { useSuspenseActiveGeneration, useSuspenseCredits, useSuspenseGeneration, useSuspenseGenerationHistory } =
  createSafelightSuspenseHooks(client);

describe("createSafelightSuspenseHooks", () => {
  it("return data that is never undefined", () => {
    const active = useSuspenseActiveGeneration({ model: "flux", scope: "poster" });
    expectTypeOf(active.data).toEqualTypeOf<ActiveView<Flux>>();
    expectTypeOf(active.generation).toEqualTypeOf<Flux | null>();
    expectTypeOf(active.generations).toEqualTypeOf<readonly Extract<Flux, ActiveGeneration>[]>();
    expectTypeOf(active.markSeen).returns.resolves.toEqualTypeOf<void>();
    const one = useSuspenseGeneration("gen_1");
    expectTypeOf(one.data).toEqualTypeOf<GenerationOf<App>>();
    expectTypeOf(one.generation).toEqualTypeOf<GenerationOf<App>>();
    const history = useSuspenseGenerationHistory({ model: "upscale", status: "completed" });
    type Done = Extract<Upscale, CompletedGeneration>;
    expectTypeOf(history.data).toEqualTypeOf<InfiniteData<HistoryResponse<Done>, string | null>>();
    expectTypeOf(history.generations).toEqualTypeOf<readonly Done[]>();
    expectTypeOf(history.hasNextPage).toEqualTypeOf<boolean>();
    const credits = useSuspenseCredits();
    expectTypeOf(credits.data).toEqualTypeOf<InfiniteData<CreditsResponse, string | null>>();
    expectTypeOf(credits.balance).toEqualTypeOf<number>();
    expectTypeOf(credits.entries).toEqualTypeOf<readonly LedgerEntry[]>();
  });

  it("are never pending, and may have failed to refetch", () => {
    const { status, isPending, error } = useSuspenseActiveGeneration();
    expectTypeOf(status).toEqualTypeOf<"success" | "error">();
    expectTypeOf(isPending).toEqualTypeOf<false>();
    expectTypeOf(error).toEqualTypeOf<SafelightError | null>();
    expectTypeOf(useSuspenseGeneration("gen_1").status).toEqualTypeOf<"success" | "error">();
    expectTypeOf(useSuspenseGenerationHistory().status).toEqualTypeOf<"success" | "error">();
    expectTypeOf(useSuspenseCredits().isPending).toEqualTypeOf<false>();
  });

  it("accept only known models", () => {
    // @ts-expect-error an unknown model
    useSuspenseActiveGeneration({ model: "dalle" });
    // @ts-expect-error an unknown model
    useSuspenseGenerationHistory({ model: "dalle" });
    // @ts-expect-error an unknown status
    useSuspenseGenerationHistory({ status: "done" });
  });

  it("cannot be disabled", () => {
    // @ts-expect-error it would suspend forever
    useSuspenseActiveGeneration({ enabled: false });
    // @ts-expect-error a missing id
    useSuspenseGeneration(null);
    // @ts-expect-error it would suspend forever
    useSuspenseGenerationHistory({}, { enabled: false });
    // @ts-expect-error it would suspend forever
    useSuspenseCredits({ enabled: false });
  });
});
