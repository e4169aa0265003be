import { useProvidedClient } from "../connection/client-provider.js";
import { bindHook } from "../hooks/bind-hook.js";
import type { RegisteredQuoteHooks } from "../hooks/register.js";
import { useQuoteOf } from "../quote/use-quote.js";

/** The price of a submit, the balance and the state of the limits. Without an input, no request is sent. */
export const useQuote: RegisteredQuoteHooks["useQuote"] = /* @__PURE__ */ bindHook(useQuoteOf, useProvidedClient);
