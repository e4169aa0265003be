"use client";

import { createSafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { createSafelightHooks } from "@safelight/react";
import { createSafelightNoticeHooks } from "@safelight/react/notices";
import { createSafelightQuoteHooks } from "@safelight/react/quote";

// The one file to change: set the options of your client here, or re-export the client and hooks that you have. The blocks
// receive the names of models as props, so they use the general type `SafelightApp`.
export const client = createSafelightClient<SafelightApp>();

export const { useActiveGeneration, useCredits, useGenerate, useGenerationHistory, useProgress } =
  createSafelightHooks(client);

export const { useGenerationNotices, useTitleBadge } = createSafelightNoticeHooks(client);

export const { useQuote } = createSafelightQuoteHooks(client);
