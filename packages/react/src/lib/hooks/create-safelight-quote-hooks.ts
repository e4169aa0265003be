import type { SafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { useQuoteOf } from "../quote/use-quote.js";
import { bindHook } from "./bind-hook.js";
import type { SafelightQuoteHooks } from "./safelight-quote-hooks.js";

/**
 * Creates the quote hook of one client, typed by the models of its app. It is separate from `createSafelightHooks`, so that
 * pages without prices do not load it.
 *
 * @example
 * ```tsx
 * export const client = createSafelightClient<App>();
 * export const { useQuote } = createSafelightQuoteHooks(client);
 *
 * function Price({ prompt }: { prompt: string }) {
 *   const { quote } = useQuote("flux", { prompt });
 *   return <span>{quote?.credits ?? "…"} credits</span>;
 * }
 * ```
 */
export function createSafelightQuoteHooks<App extends SafelightApp>(
  client: SafelightClient<App>,
): SafelightQuoteHooks<App> {
  return { useQuote: bindHook(useQuoteOf, () => client) };
}
