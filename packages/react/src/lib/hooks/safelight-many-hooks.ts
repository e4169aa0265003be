import type { GenerationOf, ModelInput, ModelName, SafelightApp } from "@safelight/client/contract";
import type { UseGenerateManyOptions, UseGenerateManyResult } from "../many/use-generate-many.js";

/** The group hook, typed by the models of one app. */
export interface SafelightManyHooks<App extends SafelightApp> {
  /** Submits several inputs at once, and follows their generations. */
  readonly useGenerateMany: <Model extends ModelName<App>>(
    options: UseGenerateManyOptions<Model>,
  ) => UseGenerateManyResult<ModelInput<App, Model>, GenerationOf<App, Model>>;
}
