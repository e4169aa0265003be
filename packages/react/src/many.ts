"use client";

/**
 * The group hook: several generations in one submit. It is a separate entry, so that pages without it do not load it.
 *
 * @module
 */
export { useGenerateMany } from "./lib/direct/use-generate-many.js";
export { createSafelightManyHooks } from "./lib/hooks/create-safelight-many-hooks.js";
export type { RegisteredManyHooks } from "./lib/hooks/register.js";
export type { SafelightManyHooks } from "./lib/hooks/safelight-many-hooks.js";
export type { UseGenerateManyOptions, UseGenerateManyResult } from "./lib/many/use-generate-many.js";
