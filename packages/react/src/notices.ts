"use client";

/**
 * The notice hooks: toasts, system notifications and the page's title. They are a separate entry, so that pages without them
 * do not load them.
 *
 * @module
 */
export { useGenerationNotices } from "./lib/direct/use-generation-notices.js";
export { useSystemNotices } from "./lib/direct/use-system-notices.js";
export { useTitleBadge } from "./lib/direct/use-title-badge.js";
export { createSafelightNoticeHooks } from "./lib/hooks/create-safelight-notice-hooks.js";
export type { RegisteredNoticeHooks } from "./lib/hooks/register.js";
export type { SafelightNoticeHooks } from "./lib/hooks/safelight-notice-hooks.js";
export type { SystemNotice, SystemNoticePermission } from "./lib/notices/notice-permission.js";
export type { UseGenerationNoticesOptions } from "./lib/notices/use-generation-notices.js";
export type { UseSystemNoticesOptions, UseSystemNoticesResult } from "./lib/notices/use-system-notices.js";
export type { UseTitleBadgeOptions } from "./lib/notices/use-title-badge.js";
