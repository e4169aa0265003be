"use client";

/**
 * The quote hook: the price of a submit before it is sent. It is a separate entry, so that pages without it do not load it.
 *
 * @module
 */
export { useQuote } from "./lib/direct/use-quote.js";
export { createSafelightQuoteHooks } from "./lib/hooks/create-safelight-quote-hooks.js";
export type { RegisteredQuoteHooks } from "./lib/hooks/register.js";
export type { SafelightQuoteHooks } from "./lib/hooks/safelight-quote-hooks.js";
export { quoteQueryOptions } from "./lib/quote/quote-query-options.js";
export type { UseQuoteOptions, UseQuoteResult } from "./lib/quote/use-quote.js";
