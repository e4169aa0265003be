import type { SafelightClient, SafelightError } from "@safelight/client";
import type {
  ActiveGeneration,
  CompletedGeneration,
  FailedGeneration,
  Generation,
  GenerationOf,
  SafelightApp,
  TerminalGeneration,
} from "@safelight/client/contract";
import { describe, expectTypeOf, it } from "vitest";
import { activeQueryOptions, historyQueryOptions } from "../query/query-options.js";
import { createSafelightHooks } from "./create-safelight-hooks.js";
import { createSafelightNoticeHooks } from "./create-safelight-notice-hooks.js";

type FluxInput = { readonly prompt: string; readonly steps?: number };
type App = SafelightApp<{
  flux: { readonly input: FluxInput };
  upscale: { readonly input: { readonly url: string } };
}>;
type ActiveOf = Extract<GenerationOf<App>, ActiveGeneration>;
type TerminalOf = Extract<GenerationOf<App>, TerminalGeneration>;
declare const client: SafelightClient<App>;
const {
  SafelightProvider,
  useActiveGeneration,
  useCredits,
  useGenerate,
  useGeneration,
  useGenerationHistory,
  useProgress,
} = createSafelightHooks(client);
const { useGenerationNotices, useSystemNotices, useTitleBadge } = createSafelightNoticeHooks(client);

describe("createSafelightHooks", () => {
  it("types the input by the model", () => {
    const { generate, generateAsync, retry, submission } = useGenerate({ model: "flux" });
    expectTypeOf(generate).parameter(0).toEqualTypeOf<FluxInput>();
    expectTypeOf(generateAsync).returns.resolves.toEqualTypeOf<Generation<"flux", FluxInput>>();
    expectTypeOf(submission?.input?.prompt).toEqualTypeOf<string | undefined>();
    retry({ input: { steps: 4 } });
    generate({ prompt: "a lamp" }, { expectedCredits: 4, metadata: { from: "studio" } });
    // @ts-expect-error a missing field
    generate({ steps: 4 });
    // @ts-expect-error another model's input
    generate({ url: "https://example.com/a.png" });
    // @ts-expect-error an unknown field
    generate({ prompt: "a lamp", size: 512 });
    // @ts-expect-error a wrong field
    retry({ input: { steps: "4" } });
    // @ts-expect-error an event is not an options object
    <button type="button" onClick={retry} />;
    <button type="button" onClick={() => retry()} />;
  });

  it("accepts only known models", () => {
    // @ts-expect-error an unknown model
    useGenerate({ model: "dalle" });
    // @ts-expect-error a missing model
    useGenerate({});
    // @ts-expect-error an unknown model
    useActiveGeneration({ model: "dalle" });
    // @ts-expect-error an unknown model
    useGenerationHistory({ model: "dalle" });
    // @ts-expect-error an unknown status
    useGenerationHistory({ status: "done" });
    useGenerationHistory({ model: "upscale", status: "completed", limit: 50 });
  });

  it("types each callback by the status of its generation", () => {
    useGenerate({
      model: "flux",
      onSubmitted: (generation) => expectTypeOf(generation).toEqualTypeOf<Generation<"flux", FluxInput>>(),
      onCompleted: (generation) => {
        expectTypeOf(generation).toEqualTypeOf<CompletedGeneration<"flux", FluxInput>>();
        expectTypeOf(generation.outputs[0].url).toEqualTypeOf<string>();
      },
      onFailed: (generation) => {
        expectTypeOf(generation).toEqualTypeOf<FailedGeneration<"flux", FluxInput>>();
        // @ts-expect-error a failed generation has no outputs
        generation.outputs;
      },
    });
  });

  it("narrows a generation by its status", () => {
    const { generation, error } = useGenerate({ model: "flux" });
    expectTypeOf(error).toEqualTypeOf<SafelightError | null>();
    // @ts-expect-error it may be null
    generation.status;
    if (generation?.status === "completed") expectTypeOf(generation.outputs[0].width).toEqualTypeOf<number | null>();
    // @ts-expect-error only a completed generation has outputs
    generation?.outputs;
  });

  it("types the input of a generation if its model is given or narrowed", () => {
    const { generation } = useGenerate({ model: "flux" });
    expectTypeOf(generation?.input.steps).toEqualTypeOf<number | undefined>();
    expectTypeOf(useActiveGeneration({ model: "upscale" }).generation?.input.url).toEqualTypeOf<string | undefined>();
    expectTypeOf(useGenerationHistory({ model: "flux" }).generations).toEqualTypeOf<
      readonly Generation<"flux", FluxInput>[]
    >();
    const [one] = useGenerationHistory({ status: "completed" }).generations;
    // @ts-expect-error it may be a generation of another model
    one?.input.prompt;
    if (one?.model === "flux") expectTypeOf(one.input).toEqualTypeOf<FluxInput>();
    if (one?.model === "upscale" && one.status === "completed") {
      expectTypeOf([one.input.url, one.outputs[0].url]).toEqualTypeOf<string[]>();
    }
  });

  it("types the fields of a status when filtered by it", () => {
    const done = useGenerationHistory({ model: "flux", status: "completed", limit: 50 }).generations;
    expectTypeOf(done).toEqualTypeOf<readonly CompletedGeneration<"flux", FluxInput>[]>();
    const urls = useGenerationHistory({ status: "completed" }).generations.map(({ outputs }) => outputs[0].url);
    expectTypeOf(urls).toEqualTypeOf<string[]>();
    const running = useGenerationHistory({ status: "processing" }).generations;
    expectTypeOf(running).toEqualTypeOf<readonly ActiveOf[]>();
    const status = {} as "completed" | undefined;
    expectTypeOf(useGenerationHistory({ status }).generations).toEqualTypeOf<readonly GenerationOf<App>[]>();
    const ended = {} as "completed" | "failed";
    // @ts-expect-error a failed generation has no outputs
    useGenerationHistory({ status: ended }).generations[0]?.outputs;
    // @ts-expect-error an unknown filter
    useGenerationHistory({ status: "completed", page: 2 });
  });

  it("rejects unknown options", () => {
    // @ts-expect-error an unknown option
    useActiveGeneration({ model: "flux", status: "completed" });
    useActiveGeneration({ model: "flux", scope: "poster", enabled: false });
    useActiveGeneration({});
    useActiveGeneration(undefined);
  });

  it("types generations of all models if the model is not certain", () => {
    const model = {} as "flux" | undefined;
    expectTypeOf(useActiveGeneration({ model }).generation).toEqualTypeOf<GenerationOf<App> | null>();
    expectTypeOf(useGenerationHistory({ model }).generations).toEqualTypeOf<readonly GenerationOf<App>[]>();
    const either = {} as "flux" | "upscale";
    expectTypeOf(useGenerationHistory({ model: either }).generations).toEqualTypeOf<readonly GenerationOf<App>[]>();
  });

  it("accepts any generation where the model does not matter", () => {
    const show = (generation: Generation | null): string => generation?.status ?? "";
    show(useGenerate({ model: "flux" }).generation);
    show(useActiveGeneration().generation);
    useGenerationHistory().generations.map(show);
  });

  it("types active and unseen generations next to TanStack's members", () => {
    const active = useActiveGeneration({ scope: "poster" });
    expectTypeOf(active.generations).toEqualTypeOf<readonly ActiveOf[]>();
    expectTypeOf(active.unseen).toEqualTypeOf<readonly TerminalOf[]>();
    expectTypeOf(active.isPending).toEqualTypeOf<boolean>();
    expectTypeOf(active.error).toEqualTypeOf<SafelightError | null>();
    if (active.isSuccess) expectTypeOf(active.data.count).toEqualTypeOf<number>();
    // @ts-expect-error an event is not an id
    <button type="button" onClick={active.markSeen} />;
  });

  it("types history and credits", () => {
    expectTypeOf(useGenerationHistory().generations).toEqualTypeOf<readonly GenerationOf<App>[]>();
    expectTypeOf(useGenerationHistory().hasNextPage).toEqualTypeOf<boolean>();
    expectTypeOf(useCredits().balance).toEqualTypeOf<number | null>();
    expectTypeOf(useGeneration("gen_1").generation).toEqualTypeOf<GenerationOf<App> | null>();
  });

  it("types the generation of a notice", () => {
    useGenerationNotices({ onNotice: (generation) => expectTypeOf(generation).toEqualTypeOf<TerminalOf>() });
    // @ts-expect-error a missing callback
    useGenerationNotices({ whileHidden: true });
  });

  it("types system notices and the title badge", () => {
    const { permission, request } = useSystemNotices({
      notice: (generation) => {
        expectTypeOf(generation).toEqualTypeOf<TerminalOf>();
        return generation.status === "completed" ? { title: "Ready", icon: generation.outputs[0].url } : null;
      },
      onClick: (generation) => expectTypeOf(generation).toEqualTypeOf<TerminalOf>(),
    });
    expectTypeOf(permission).toEqualTypeOf<"default" | "granted" | "denied" | "unsupported">();
    <button type="button" onClick={request} />;
    // @ts-expect-error a missing notice
    useSystemNotices({});
    // @ts-expect-error a missing title
    useSystemNotices({ notice: () => ({ body: "Ready" }) });
    useTitleBadge();
    useTitleBadge({ model: "flux", title: (title, { unseenCount }) => `${title} ${unseenCount.toFixed()}` });
    // @ts-expect-error an unknown model
    useTitleBadge({ model: "dalle" });
  });

  it("accepts a generation of any hook for its progress", () => {
    expectTypeOf(useProgress(useGenerate({ model: "flux" }).generation).value).toEqualTypeOf<number | null>();
    expectTypeOf(useProgress(useActiveGeneration().generation).isLate).toEqualTypeOf<boolean>();
    useProgress(useActiveGeneration().generations[0]);
    useProgress(useGeneration("gen_1").data);
    // @ts-expect-error an id is not a generation
    useProgress("gen_1");
  });

  it("binds its provider to its client", () => {
    <SafelightProvider>text</SafelightProvider>;
    // @ts-expect-error the client is already bound
    <SafelightProvider client={client} />;
  });

  it("accepts no model of an app that degraded to any", () => {
    // biome-ignore lint/suspicious/noExplicitAny: the mistake under test
    const { useGenerate: useAny } = createSafelightHooks({} as SafelightClient<any>);
    // @ts-expect-error no model is known
    useAny({ model: "flux" });
  });
});

describe("query options", () => {
  it("accept the client of any app", () => {
    expectTypeOf(activeQueryOptions(client).queryKey).toExtend<readonly unknown[]>();
    historyQueryOptions(client, { status: "failed" });
  });
});
