import { createSafelightClient } from "@safelight/client";
import { createSafelightSuspenseHooks } from "@safelight/react/suspense";
import type { App } from "./readme/safelight.ts";

/** Exported as in a host: the names that the declarations need must be in the entry. */
export const { useSuspenseActiveGeneration, useSuspenseCredits, useSuspenseGeneration, useSuspenseGenerationHistory } =
  createSafelightSuspenseHooks(createSafelightClient<App>());
