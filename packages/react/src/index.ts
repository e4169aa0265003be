"use client";

/**
 * React hooks of Safelight on TanStack Query.
 *
 * @module
 */
export type { Connection } from "./lib/connection/connection.js";
export type { GalleryLiveOptions, LiveOptions } from "./lib/connection/use-live.js";
export { SafelightProvider } from "./lib/direct/safelight-provider.js";
export { useActiveGeneration } from "./lib/direct/use-active-generation.js";
export { useCredits } from "./lib/direct/use-credits.js";
export { useGenerate } from "./lib/direct/use-generate.js";
export { useGeneration } from "./lib/direct/use-generation.js";
export { useGenerationHistory } from "./lib/direct/use-generation-history.js";
export { useProgress } from "./lib/direct/use-progress.js";
export { createSafelightHooks } from "./lib/hooks/create-safelight-hooks.js";
export type { NoAppIsRegistered, Register, RegisteredHooks } from "./lib/hooks/register.js";
export type {
  BoundSafelightHooks,
  DirectSafelightHooks,
  SafelightHooks,
  SafelightProviderProps,
  TypedHistoryFilter,
} from "./lib/hooks/safelight-hooks.js";
export type {
  ActiveView,
  UseActiveGenerationOptions,
  UseActiveGenerationResult,
} from "./lib/hooks/use-active-generation.js";
export type { UseCreditsResult } from "./lib/hooks/use-credits.js";
export type { UseGenerationResult } from "./lib/hooks/use-generation.js";
export type { UseGenerationHistoryResult } from "./lib/hooks/use-generation-history.js";
export type { ProgressView } from "./lib/progress/progress-view.js";
export type { BoundKeys, HistoryFilter } from "./lib/query/safelight-keys.js";
export type {
  GenerateOptions,
  Submission,
  UseGenerateOptions,
  UseGenerateResult,
} from "./lib/submit/use-generate-interface.js";
