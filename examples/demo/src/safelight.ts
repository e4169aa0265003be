import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import type { App } from "../server/safelight.ts";

/** The typed client: everything below is checked against the models that the server declares. */
export const client = createSafelightClient<App>();

export const {
  useGenerate,
  useActiveGeneration,
  useGeneration,
  useGenerationHistory,
  useGenerationNotices,
  useProgress,
  useCredits,
} = createSafelightHooks(client);
