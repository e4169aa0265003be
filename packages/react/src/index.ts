"use client";

/**
 * React hooks of Safelight on TanStack Query.
 *
 * @module
 */
export type { Connection } from "./lib/connection/connection.js";
export type { GalleryLiveOptions, LiveOptions } from "./lib/connection/use-live.js";
export { createSafelightHooks } from "./lib/hooks/create-safelight-hooks.js";
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
} from "./lib/hooks/direct-hooks.js";
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
export type { SystemNotice, SystemNoticePermission } from "./lib/notices/notice-permission.js";
export type { UseGenerationNoticesOptions } from "./lib/notices/use-generation-notices.js";
export type { UseSystemNoticesOptions, UseSystemNoticesResult } from "./lib/notices/use-system-notices.js";
export type { UseTitleBadgeOptions } from "./lib/notices/use-title-badge.js";
export type { ProgressView } from "./lib/progress/progress-view.js";
export type { BoundKeys, HistoryFilter } from "./lib/query/safelight-keys.js";
export type {
  GenerateOptions,
  Submission,
  UseGenerateOptions,
  UseGenerateResult,
} from "./lib/submit/use-generate-interface.js";
