"use client";

/**
 * The hooks that read, for React's Suspense: an entry of its own, so that pages without them load nothing of them.
 *
 * @module
 */
export { createSafelightSuspenseHooks } from "./lib/hooks/create-safelight-suspense-hooks.js";
export {
  useSuspenseActiveGeneration,
  useSuspenseCredits,
  useSuspenseGeneration,
  useSuspenseGenerationHistory,
} from "./lib/hooks/direct-suspense-hooks.js";
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
