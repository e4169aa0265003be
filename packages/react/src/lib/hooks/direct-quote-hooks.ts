import { useProvidedClient } from "../connection/client-provider.js";
import { useQuoteOf } from "../quote/use-quote.js";
import { bindHook } from "./bind-hook.js";
import type { RegisteredQuoteHooks } from "./register.js";

/** The price of a submit, the balance and the state of the limits. Without an input, no request is sent. */
export const useQuote: RegisteredQuoteHooks["useQuote"] = /* @__PURE__ */ bindHook(useQuoteOf, useProvidedClient);
