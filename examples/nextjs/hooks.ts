"use client";

import { createSafelightClient } from "@safelight/client";
import { createSafelightHooks } from "@safelight/react";
import { createSafelightNoticeHooks } from "@safelight/react/notices";
import type { App } from "@/safelight";

const client = createSafelightClient<App>();

export const { useGenerate, useActiveGeneration, useGenerationHistory, useCredits } = createSafelightHooks(client);

export const { useGenerationNotices } = createSafelightNoticeHooks(client);
