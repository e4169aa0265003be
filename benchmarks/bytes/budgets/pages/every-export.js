// All exports for browsers. The prefetch functions are for servers.
import * as client from "@safelight/client";
import * as react from "@safelight/react";
import {
  createSafelightNoticeHooks,
  useGenerationNotices,
  useSystemNotices,
  useTitleBadge,
} from "@safelight/react/notices";
import {
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
  safelightKeys,
} from "@safelight/react/query";

globalThis.page = {
  ...client,
  ...react,
  createSafelightNoticeHooks,
  useGenerationNotices,
  useSystemNotices,
  useTitleBadge,
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
  safelightKeys,
};
