import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import type { App } from "./safelight.server";

export const {
  useActiveGeneration,
  useCredits,
  useGenerate,
  useGeneration,
  useGenerationHistory,
  useGenerationNotices,
  useProgress,
} = createSafelightHooks(createSafelightClient<App>());
