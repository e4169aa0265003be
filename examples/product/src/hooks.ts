import { createSafelightClient } from "@safelight/client";
import type { GenerationOf } from "@safelight/client/contract";
import { createSafelightHooks } from "@safelight/react";
import type { App } from "../server/safelight.ts";

export type Postcard = GenerationOf<App>;

export const { useGenerate, useActiveGeneration, useGenerationHistory, useCredits, useProgress, keys } =
  createSafelightHooks(createSafelightClient<App>());
