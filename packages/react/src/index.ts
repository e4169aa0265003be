"use client";

/**
 * React hooks of Safelight on TanStack Query.
 *
 * @module
 */
export type { Connection } from "./lib/connection.js";
export { createSafelightHooks } from "./lib/create-safelight-hooks.js";
export {
  SafelightProvider,
  useActiveGeneration,
  useCredits,
  useGenerate,
  useGeneration,
  useGenerationHistory,
  useGenerationNotices,
  useProgress,
  useSystemNotices,
  useTitleBadge,
} from "./lib/direct-hooks.js";
export type { ProgressView } from "./lib/progress-at.js";
export type { NoAppIsRegistered, Register, RegisteredHooks } from "./lib/register.js";
export type {
  BoundSafelightHooks,
  DirectSafelightHooks,
  SafelightHooks,
  SafelightProviderProps,
  TypedHistoryFilter,
} from "./lib/safelight-hooks.js";
export type { BoundKeys, HistoryFilter } from "./lib/safelight-keys.js";
export type { SystemNotice, SystemNoticePermission } from "./lib/system-notice.js";
export type { ActiveView, UseActiveGenerationOptions, UseActiveGenerationResult } from "./lib/use-active-generation.js";
export type { UseCreditsResult } from "./lib/use-credits.js";
export type {
  GenerateOptions,
  Submission,
  UseGenerateOptions,
  UseGenerateResult,
} from "./lib/use-generate-interface.js";
export type { UseGenerationResult } from "./lib/use-generation.js";
export type { UseGenerationHistoryResult } from "./lib/use-generation-history.js";
export type { UseGenerationNoticesOptions } from "./lib/use-generation-notices.js";
export type { LiveOptions } from "./lib/use-live.js";
export type { UseSystemNoticesOptions, UseSystemNoticesResult } from "./lib/use-system-notices.js";
export type { UseTitleBadgeOptions } from "./lib/use-title-badge.js";
