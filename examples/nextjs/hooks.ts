"use client";

import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import type { App } from "@/safelight";

export const { useGenerate, useActiveGeneration, useGenerationHistory, useGenerationNotices, useCredits } =
  createSafelightHooks(createSafelightClient<App>());
