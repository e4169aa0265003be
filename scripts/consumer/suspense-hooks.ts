import { createSafelightClient } from "@safelight/client";
import { createSafelightSuspenseHooks } from "@safelight/react/suspense";
import type { App } from "./readme/safelight.ts";

/** As a host writes them down once: the names that their declarations need must be in the entry. */
export const { useSuspenseActiveGeneration, useSuspenseCredits, useSuspenseGeneration, useSuspenseGenerationHistory } =
  createSafelightSuspenseHooks(createSafelightClient<App>());
