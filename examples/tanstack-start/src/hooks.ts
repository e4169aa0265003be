import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { createSafelightNoticeHooks } from "@safelight/react/notices";
import type { App } from "./safelight.server";

const client = createSafelightClient<App>();

export const { useActiveGeneration, useCredits, useGenerate, useGeneration, useGenerationHistory, useProgress } =
  createSafelightHooks(client);

export const { useGenerationNotices } = createSafelightNoticeHooks(client);
