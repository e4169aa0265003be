import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { createSafelightNoticeHooks } from "@safelight/react/notices";
import { createSafelightQuoteHooks } from "@safelight/react/quote";
import type { App } from "../server/safelight.ts";

/** The typed client: its calls are checked against the models of the server. */
export const client = createSafelightClient<App>();

export const { useGenerate, useActiveGeneration, useGeneration, useGenerationHistory, useProgress, useCredits } =
  createSafelightHooks(client);

export const { useGenerationNotices } = createSafelightNoticeHooks(client);

export const { useQuote } = createSafelightQuoteHooks(client);
