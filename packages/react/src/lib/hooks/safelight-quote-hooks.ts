import type { ModelInput, ModelName, SafelightApp } from "@safelight/client/contract";
import type { UseQuoteOptions, UseQuoteResult } from "../quote/use-quote.js";

/** The quote hook, typed by the models of one app. */
export interface SafelightQuoteHooks<App extends SafelightApp> {
  /** The price of a submit, the balance and the state of the limits. Without an input, no request is sent. */
  readonly useQuote: <Model extends ModelName<App>>(
    model: Model,
    input: ModelInput<App, Model> | null | undefined,
    options?: UseQuoteOptions,
  ) => UseQuoteResult;
}
