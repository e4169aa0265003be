"use client";

/**
 * Suspense versions of the hooks that read. They are a separate entry, so that pages without Suspense do not load them.
 *
 * @module
 */
export {
  useSuspenseActiveGeneration,
  useSuspenseCredits,
  useSuspenseGeneration,
  useSuspenseGenerationHistory,
} from "./lib/direct/suspense-hooks.js";
export { createSafelightSuspenseHooks } from "./lib/hooks/create-safelight-suspense-hooks.js";
export type { RegisteredSuspenseHooks } from "./lib/hooks/register.js";
export type { TypedHistoryFilter } from "./lib/hooks/safelight-hooks.js";
export type { SafelightSuspenseHooks } from "./lib/hooks/safelight-suspense-hooks.js";
export type {
  UseSuspenseActiveGenerationOptions,
  UseSuspenseActiveGenerationResult,
  UseSuspenseCreditsResult,
  UseSuspenseGenerationHistoryResult,
  UseSuspenseGenerationResult,
} from "./lib/hooks/use-suspense.js";
export type { HistoryFilter } from "./lib/query/safelight-keys.js";
