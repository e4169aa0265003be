"use client";

/**
 * The hooks that read, for React's Suspense: an entry of its own, so that pages without them load nothing of them.
 *
 * @module
 */
export { createSafelightSuspenseHooks } from "./lib/create-safelight-suspense-hooks.js";
export {
  useSuspenseActiveGeneration,
  useSuspenseCredits,
  useSuspenseGeneration,
  useSuspenseGenerationHistory,
} from "./lib/direct-suspense-hooks.js";
export type { RegisteredSuspenseHooks } from "./lib/register.js";
export type { TypedHistoryFilter } from "./lib/safelight-hooks.js";
export type { HistoryFilter } from "./lib/safelight-keys.js";
export type { SafelightSuspenseHooks } from "./lib/safelight-suspense-hooks.js";
export type {
  UseSuspenseActiveGenerationOptions,
  UseSuspenseActiveGenerationResult,
  UseSuspenseCreditsResult,
  UseSuspenseGenerationHistoryResult,
  UseSuspenseGenerationResult,
} from "./lib/use-suspense.js";
